import type { ColumnType, Generated } from 'kysely';
import type { Edit } from '../../policy/gate.ts';
import type { Timestamp } from './timestamp.ts';

export type AgentCallState = 'asking' | 'answered' | 'failed' | 'lost';

/** What came of a question: `refused` is an answer that could not be taken over, the last six are none. */
export type AgentCallOutcome =
  | 'edits'
  | 'nothing'
  | 'refused'
  | 'unavailable'
  | 'rate-limited'
  | 'timeout'
  | 'misconfigured'
  | 'malformed'
  | 'too-large';

export interface AgentCallsTable {
  id: Generated<string>;
  repository_id: number;
  incident_id: string;
  /** The failed commit, and the one that the answer's edits are made on. */
  base_sha: string;
  parent_sha: string;
  backend: string;
  model: string;
  state: AgentCallState;
  outcome: AgentCallOutcome | null;
  /** The agent's own words where it answered, else what went wrong. */
  reason: string | null;
  edits: ColumnType<Edit[] | null, string | null | undefined, string | null>;
  /** While it is asked: what it may take at most. Afterwards: what it took. */
  tokens: number;
  micro_dollars: number;
  milliseconds: number;
  /** As the back end counted them. */
  input_tokens: number | null;
  output_tokens: number | null;
  /** The back end did not say what it took. */
  estimated: Generated<boolean>;
  fix_id: string | null;
  correlation_id: string;
  started_at: Timestamp;
  ended_at: Timestamp | null;
}

import { readFile } from 'node:fs/promises';
import { type ConfigLayer, type ConfigReading, layConfigs } from '../config/effective-config.ts';
import { createLogAnalyzer } from '../diagnosis/analyzer.ts';
import { decideAgain } from '../healing/failures/decide-again.ts';
import type { Decision } from '../policy/types.ts';
import { judgeFailure, type Verdict, type VerdictKind } from '../policy/verdict.ts';
import type { KnownFailure } from '../store/incidents/known-failures.ts';
import type { AnalyzeStreams } from './analyze.ts';
import { explanation } from './explanation.ts';
import { chunksOf } from './log-file.ts';

export interface ExplainOptions {
  /** The repository's file, the organisation's and the server's; none where it is not given. */
  config?: string;
  orgConfig?: string;
  serverConfig?: string;
  /** One JSON object, instead of a report for a person. */
  json?: boolean;
  branch: string;
  workflow: string;
  job: string;
  /** The commit comes from a fork. */
  fork?: boolean;
  /** `false` for a push that belongs to no pull request. */
  pullRequest?: boolean;
  defaultBranch: string;
  /** Whose fault it is, in place of what the log alone lets say. */
  verdict?: VerdictKind;
}

/** What would be done about one log, and what that rests on. */
export interface Explained {
  file: string;
  failure: KnownFailure;
  verdict: Verdict;
  policy: ConfigReading;
  decision: Decision;
}

/** GitHub would name the real one. */
const REPOSITORY = 'owner/repository';

/**
 * `regreen explain`: what would happen for a log under these files; nothing is done, and no network is used. Returns the exit
 * status: 1 when a file could not be read or has faults, told on stderr.
 */
export async function runExplain(file: string, options: ExplainOptions, streams: AnalyzeStreams = process): Promise<number> {
  const fail = (what: string) => streams.stderr.write(`regreen explain: ${what}\n`);
  try {
    // 1 The configuration, as it would be laid
    const policy = layConfigs(await readLayers(options));
    for (const { file: where, line, key, message } of policy.faults)
      fail(`${where}:${line}: ${key === '' ? '' : `${key}: `}${message}`);
    // 2 The failure, as far as a log can tell
    const failure = await readFailure(file, options, streams);
    // 3 What would be decided
    const { use } = policy.config.agents;
    const around = { repository: REPOSITORY, defaultBranch: options.defaultBranch, agents: use === null ? [] : [use] };
    const decision = decideAgain(failure, policy, around);
    const explained: Explained = { file, failure, verdict: failure.verdict ?? UNKNOWN, policy, decision };
    streams.stdout.write(options.json ? jsonLine(explained) : explanation(explained));
    return policy.faults.length > 0 ? 1 : 0;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

const UNKNOWN: Verdict = { kind: 'inconclusive', evidence: [] };

async function readLayers(options: ExplainOptions): Promise<ConfigLayer[]> {
  const given = [
    { layer: 'server', file: options.serverConfig },
    { layer: 'organization', file: options.orgConfig },
    { layer: 'repository', file: options.config },
  ] as const;
  const found = given.flatMap(({ layer, file }) => (file === undefined ? [] : [{ layer, file }]));
  return Promise.all(found.map(async ({ layer, file }) => ({ layer, file, text: await readFile(file, 'utf8') })));
}

async function readFailure(file: string, options: ExplainOptions, streams: AnalyzeStreams): Promise<KnownFailure> {
  const analyzer = createLogAnalyzer({});
  for await (const chunk of chunksOf(file, streams.stdin)) analyzer.push(chunk);
  const diagnosis = analyzer.finish();
  const { category: cause, confidence } = diagnosis.cause;
  const failedTests = diagnosis.tests?.failedCount ?? diagnosis.tests?.failed.length ?? 0;
  const told = judgeFailure({
    cause,
    confidence,
    base: { state: 'unknown', sameFailure: false },
    sameCommit: { green: 0, red: 0 },
    failedTests,
    flakyTests: 0,
  });
  return {
    headSha: '',
    runUrl: '',
    runAttempt: 1,
    jobName: options.job,
    cause,
    diagnosis,
    printedDiffs: analyzer.printedDiffs(),
    verdict: options.verdict === undefined ? told : { kind: options.verdict, evidence: ['You said so.'] },
    workflowPath: options.workflow,
    branch: options.branch,
    headRepository: options.fork ? 'somebody/fork' : REPOSITORY,
    pullRequestNumber: options.pullRequest === false ? null : 1,
  };
}

function jsonLine({ file, failure, verdict, policy, decision }: Explained): string {
  return `${JSON.stringify({ file, cause: failure.diagnosis.cause, verdict, faults: policy.faults, decision })}\n`;
}

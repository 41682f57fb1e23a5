import type { CauseCategory, Diagnostic, FailedTest } from '../diagnosis/types.ts';

/** A failed job, as far as an agent is told of it. */
export interface AgentFailure {
  jobName: string;
  workflowPath: string;
  cause: CauseCategory;
  diagnostics: readonly Pick<Diagnostic, 'tool' | 'path' | 'line' | 'column' | 'code' | 'message'>[];
  failedTests: readonly Pick<FailedTest, 'name' | 'suite' | 'file' | 'line' | 'message' | 'frame'>[];
  /** The lines of the log that people are shown; never the whole log. */
  excerpt: string;
}

/** A text file at the failed commit. */
export interface AgentFile {
  path: string;
  content: string;
  /** Lines that the failure names, from 1: what is shown of a file too large to be shown whole. */
  lines: readonly number[];
}

/** What was tried before, and what came of it. */
export interface EarlierAttempt {
  /** Unified diff; empty when no change could be taken over. */
  patch: string;
  /** Why it was not the answer, as a sentence. */
  result: string;
  /** What CI said on it; empty when CI was not asked. */
  excerpt: string;
}

/** What no answer may go beyond. */
export interface AgentLimits {
  /** Files that one answer may change. */
  files: number;
  /** UTF-8 bytes of all files after the change. */
  bytes: number;
  /** Patterns of paths that may be changed. */
  paths: readonly string[];
  /** Patterns of paths at which new files may be made, among these. */
  newFiles: readonly string[];
}

/** All that an agent is told. Everything but `rules` and `limits` was written by others. */
export interface AgentTask {
  repository: string;
  branch: string;
  /** `null` where the failure belongs to no pull request. */
  pullRequestTitle: string | null;
  failures: readonly AgentFailure[];
  files: readonly AgentFile[];
  /** What the repository's configuration on its default branch asks for, a sentence each. */
  rules: readonly string[];
  limits: AgentLimits;
  earlier: readonly EarlierAttempt[];
}

/** One file as the agent wants it: as a whole, or by pieces of text that stand in it exactly once. */
export interface ProposedEdit {
  path: string;
  content: string | null;
  replacements: readonly { search: string; replace: string }[];
}

export interface AgentAnswer {
  /** Why this mends it, or why nothing is proposed, for people. */
  reason: string;
  edits: readonly ProposedEdit[];
}

/** Tokens as the back end counted them; `null` where it does not say. */
export interface TokenUsage {
  inputTokens: number | null;
  outputTokens: number | null;
}

/** What is sent: our own words, and the task with everything foreign fenced. */
export interface Question {
  instructions: string;
  prompt: string;
  maxOutputTokens: number;
  /** Around an answer that comes within a longer text. */
  marks: { begin: string; end: string };
}

export interface BackendAnswer {
  answer: AgentAnswer;
  usage: TokenUsage;
}

export const BACKENDS = ['openai-compatible', 'anthropic', 'agentapi', 'codegen'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** One way to an agent. It is given a question and nothing else: no tools, no token of ours, no way back. */
export interface AgentBackend {
  name: BackendName;
  /** Told on pull requests and in the books. */
  model: string;
  /**
   * Asks once, without trying again.
   * @throws AgentError
   */
  ask(question: Question, signal: AbortSignal): Promise<BackendAnswer>;
}

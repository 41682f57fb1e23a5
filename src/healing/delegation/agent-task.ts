import { chooseFiles } from '../../agents/choose-files.ts';
import type { AgentFailure, AgentFile, AgentTask, EarlierAttempt } from '../../agents/types.ts';
import type { RepositoryConfig } from '../../config/repository-config.ts';
import { readFile } from '../../github/files.ts';
import { PATCH_LIMITS } from '../../policy/gate.ts';
import { matchesAny } from '../../policy/globs.ts';
import type { JobData } from '../../queue/queues.ts';
import type { AgentCall } from '../../store/agent-calls/agent-calls.ts';
import { findPullRequestByHead } from '../../store/books/pull-requests.ts';
import { fixesOfBranch } from '../../store/fixes/fix-queries.ts';
import type { Fix } from '../../store/fixes/fixes.ts';
import { diagnosesOfCommit, type StoredDiagnosis } from '../../store/incidents/diagnoses.ts';
import type { Work } from '../fixes/gather-work.ts';
import type { Attempt } from '../fixes/plan-attempt.ts';
import type { Services } from '../services.ts';
import type { Target } from '../target.ts';
import { AGENT_FIXER } from './take-proposal.ts';

/** Jobs of a matrix fail alike. */
const MOST_FAILURES = 5;
/** An answer that needs more is none that a person can judge. */
const MOST_FILES = 10;
const MOST_BYTES = PATCH_LIMITS.bytes / 4;
const FIXES_LOOKED_AT = 20;

export interface TaskParts {
  target: Target;
  job: JobData['agents'];
  config: RepositoryConfig;
  attempt: Attempt;
  work: Work;
  calls: readonly AgentCall[];
  /** Every path of the commit that the answer is to lie on. */
  paths: ReadonlySet<string>;
}

/** Gathers what the agent is told: what failed, the files that are named, the rules, and what was tried before. */
export async function agentTask(services: Services, parts: TaskParts): Promise<AgentTask> {
  const { target, job, config, attempt, work, calls, paths } = parts;
  const failures = work.diagnoses.slice(0, MOST_FAILURES).map(toFailure);
  const chosen = chooseFiles(failures, paths, attempt.on?.paths).filter(({ path }) => mayBeShown(path, config));
  const files: AgentFile[] = [];
  for (const { path, lines } of chosen) {
    const content = await readFile(target.at, path, attempt.parentSha);
    if (content !== null) files.push({ path, content, lines });
  }
  const pull = await findPullRequestByHead(services.database, target.repository.id, {
    sha: job.headSha,
    branch: job.branch,
    repository: `${target.repository.owner}/${target.repository.name}`,
  });
  return {
    repository: `${target.repository.owner}/${target.repository.name}`,
    branch: job.branch,
    pullRequestTitle: pull?.title ?? null,
    failures,
    files,
    rules: rulesOf(config),
    limits: { files: MOST_FILES, bytes: MOST_BYTES, newFiles: config.agents.newFiles, paths: config.agents.paths },
    earlier: await earlierAttempts(services, parts, calls),
  };
}

/** What nobody may change is not sent away either. */
function mayBeShown(path: string, { agents, paths }: RepositoryConfig): boolean {
  return matchesAny(path, agents.paths) && !matchesAny(path, paths.protected, { ignoreCase: true });
}

function rulesOf({ agents, paths }: RepositoryConfig): string[] {
  return [
    ...(agents.instructions === '' ? [] : [agents.instructions]),
    ...(paths.protected.length > 0 ? [`Do not change files that match ${paths.protected.join(', ')}.`] : []),
  ];
}

function toFailure({ diagnosis, jobName, workflowPath, cause, excerpt }: StoredDiagnosis): AgentFailure {
  return {
    jobName,
    workflowPath,
    cause,
    excerpt,
    diagnostics: diagnosis.diagnostics,
    failedTests: diagnosis.tests?.failed ?? [],
  };
}

/** Answers that could not be taken over, and fixes that CI has refuted, with what it said. */
async function earlierAttempts(
  services: Services,
  { job, work }: TaskParts,
  calls: readonly AgentCall[],
): Promise<EarlierAttempt[]> {
  const unusable = calls
    .filter((call) => call.baseSha === job.headSha && call.fixId === null && isRefused(call))
    .map((call) => ({ patch: '', result: call.reason ?? 'It could not be taken over.', excerpt: '' }));
  const fixes = await fixesOfBranch(
    services.database,
    { repositoryId: job.repositoryId, baseBranch: job.branch },
    FIXES_LOOKED_AT,
  );
  const refuted = fixes.filter((fix) => isRefuted(fix, job.headSha, work.incident.id)).toReversed();
  const judged = await Promise.all(refuted.map((fix) => toAttempt(services, fix)));
  return [...unusable, ...judged];
}

function isRefused({ outcome }: AgentCall): boolean {
  return outcome === 'refused' || outcome === 'malformed' || outcome === 'too-large';
}

function isRefuted(fix: Fix, headSha: string, incidentId: string): boolean {
  const isOurs = fix.changes.some(({ fixer }) => fixer === AGENT_FIXER);
  const isOfIncident = fix.heals.some((healed) => healed.incidentId === incidentId);
  return isOurs && isOfIncident && fix.outcome === 'refuted' && fix.baseSha === headSha;
}

async function toAttempt(services: Services, fix: Fix): Promise<EarlierAttempt> {
  const said = fix.commitSha === null ? [] : await diagnosesOfCommit(services.database, fix.repositoryId, fix.commitSha);
  return {
    patch: fix.patch,
    result: `CI has judged it: ${fix.reason ?? 'still red'}.`,
    excerpt: said.map(({ excerpt }) => excerpt).join('\n…\n'),
  };
}

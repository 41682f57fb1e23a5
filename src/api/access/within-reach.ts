import { NotFoundError, PermissionError } from '../../errors.ts';
import { repositoryOfAlert } from '../../healing/requests/report-outside.ts';
import type { Requests } from '../../healing/requests/requests.ts';
import type { Tasks } from '../../queue/tasks.ts';
import { currentReach } from '../../store/access/reach.ts';
import type { ApiServices } from '../services.ts';

/**
 * The services as a caller of a narrow reach may use them. What reads the books does so through the caller's view of them by
 * itself; use cases and the queue look at everything, so whether the caller sees what they are to work on is asked here first.
 * A request that is new has to be named here, or the type check fails.
 */
export function withinReach(services: ApiServices): ApiServices {
  const seesAll = () => currentReach() === 'everything';
  const sees = async ({ owner, name }: { owner: string; name: string }) =>
    seesAll() || (await services.analytics.repositoryId(owner, name)) !== null;
  const seesRun = async (runId: number) => seesAll() || (await services.builds.read(runId)) !== null;

  /** @throws NotFoundError for a run that the caller does not see */
  const ofRun =
    <Wanted extends { runId: number }, Result>(work: (wanted: Wanted) => Promise<Result>) =>
    async (wanted: Wanted): Promise<Result> => {
      if (await seesRun(wanted.runId)) return work(wanted);
      throw new NotFoundError('BUILD_NOT_FOUND', 'There is no run of this id in the books.', {
        details: { id: wanted.runId },
        hint: 'The id is the number in the address of the run on GitHub: …/actions/runs/ID.',
      });
    };
  /** @throws NotFoundError for a repository that the caller does not see */
  const ofRepository =
    <Wanted extends { owner: string; name: string }, Result>(work: (wanted: Wanted) => Promise<Result>) =>
    async (wanted: Wanted): Promise<Result> => {
      if (await sees(wanted)) return work(wanted);
      const details = { repository: `${wanted.owner}/${wanted.name}` };
      throw new NotFoundError('REPOSITORY_NOT_FOUND', 'Regreen knows no repository of this name.', {
        details,
        hint: 'Look at the spelling; the app must be installed on it.',
      });
    };

  /** @throws NotFoundError for an incident that the caller does not see */
  const ofIncident =
    <Wanted extends { id: string }, Result>(work: (wanted: Wanted) => Promise<Result>) =>
    async (wanted: Wanted): Promise<Result> => {
      if (seesAll() || (await services.incidents.read(wanted.id)) !== null) return work(wanted);
      const hint = 'GET /api/v1/incidents lists them.';
      throw new NotFoundError('INCIDENT_NOT_FOUND', 'There is no incident of this id.', { details: { id: wanted.id }, hint });
    };
  /** Who sees some repositories may tell of these, for of nothing else could they see what they have told. */
  const mayReport = async (repositories: readonly ({ owner: string; name: string } | null)[]) => {
    if (seesAll()) return;
    for (const one of repositories) if (one === null || !(await sees(one))) throw mayNotReport();
  };

  const requests: Requests = {
    readConfiguration: ofRepository(services.requests.readConfiguration),
    rerunBuild: ofRun(services.requests.rerunBuild),
    cancelBuild: ofRun(services.requests.cancelBuild),
    readLog: ofRun(services.requests.readLog),
    readLogArchive: ofRun(services.requests.readLogArchive),
    parseJobLog: ofRun(services.requests.parseJobLog),
    parseUploadedLog: services.requests.parseUploadedLog,
    diagnoseIncident: ofIncident(services.requests.diagnoseIncident),
    fixIncident: ofIncident(services.requests.fixIncident),
    reportOutsideRun: async (wanted) => {
      await mayReport([wanted.run.repository]);
      return services.requests.reportOutsideRun(wanted);
    },
    reportAlerts: async (wanted) => {
      await mayReport(wanted.alerts.map(repositoryOfAlert));
      return services.requests.reportAlerts(wanted);
    },
  };
  return {
    ...services,
    requests,
    tasks: tasksWithinReach(services, sees),
    notifications: ofWholeServer(services.notifications),
    triggerDiagnosis: async (request) =>
      (await sees(request.repository)) ? services.triggerDiagnosis(request) : { kind: 'unknown-repository' },
    decideApproval: async (request) =>
      seesAll() || (await services.approvals.read(request.id)) !== null ? services.decideApproval(request) : { kind: 'unknown' },
  };
}

/** Channels, rules and what was told by them are of all repositories. */
function ofWholeServer(notifications: ApiServices['notifications']): ApiServices['notifications'] {
  const guarded = <Parts extends object>(parts: Parts): Parts =>
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === 'function' ? onlyForAll(part) : guarded(part)]),
    ) as Parts;
  return guarded(notifications);
}

type Work = (...given: never[]) => Promise<unknown>;

function onlyForAll(work: Work): Work {
  return async (...given) => {
    if (currentReach() !== 'everything') throw reachTooNarrow();
    return work(...given);
  };
}

/** Tasks of the caller's repositories; what concerns a whole queue is for callers who see everything. */
function tasksWithinReach(
  { tasks, visibleRepositoryIds }: ApiServices,
  sees: (repository: { owner: string; name: string }) => Promise<boolean>,
): Tasks {
  const seesAll = () => currentReach() === 'everything';
  const places = async () => (seesAll() ? {} : { repositoryIds: await visibleRepositoryIds() });
  const read: Tasks['read'] = async (id) => {
    const task = await tasks.read(id);
    if (seesAll() || task === null) return task;
    const [owner = '', name = ''] = task.repository?.split('/') ?? [];
    return task.repository !== null && (await sees({ owner, name })) ? task : null;
  };
  const wholeServer = () => {
    if (!seesAll()) throw reachTooNarrow();
  };
  return {
    read,
    list: async (query) => tasks.list({ ...query, ...(await places()) }),
    deadLetters: async (query) => tasks.deadLetters({ ...query, ...(await places()) }),
    retry: async (id) => ((await read(id)) ? tasks.retry(id) : { kind: 'unknown' }),
    cancel: async (id) => ((await read(id)) ? tasks.cancel(id) : { kind: 'unknown' }),
    queues: async () => {
      wholeServer();
      return tasks.queues();
    },
    redriveOne: async (id) => {
      wholeServer();
      return tasks.redriveOne(id);
    },
    redrive: async (which) => {
      wholeServer();
      return tasks.redrive(which);
    },
  };
}

function mayNotReport(): PermissionError {
  return new PermissionError('REACH_TOO_NARROW', 'The caller sees some repositories, and may tell of these only.', {
    hint: 'Name a repository of theirs; an alert does so by its label "repository".',
  });
}

function reachTooNarrow(): PermissionError {
  return new PermissionError('REACH_TOO_NARROW', 'This concerns all repositories, and the caller sees some.', {
    hint: 'It needs a key without installations. Single tasks can be done again: POST /api/v1/tasks/{id}/retry.',
  });
}

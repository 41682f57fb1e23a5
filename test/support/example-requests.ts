import { parsedJobLogExample, parsedLogExample } from '../../src/api/schemas/log.ts';
import { EXAMPLE_OUTSIDE_ID } from '../../src/api/schemas/outside.ts';
import { configurationExample } from '../../src/api/schemas/repository.ts';
import * as tasks from '../../src/api/schemas/task.ts';
import type { Requests } from '../../src/healing/requests/requests.ts';
import type { DeadLetter, QueueNow, Task, Tasks } from '../../src/queue/tasks.ts';

async function* exampleLog(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('log\n');
}

/** What people ask for, answered as the examples of the API's description say; what is behind it is tested on the sandbox. */
export const EXAMPLE_REQUESTS: Requests = {
  readConfiguration: async () => structuredClone(configurationExample) as Awaited<ReturnType<Requests['readConfiguration']>>,
  readLog: async () => ({ body: exampleLog(), part: null, size: 4 }),
  readLogArchive: async () => ({ body: exampleLog(), attempt: 1 }),
  parseJobLog: async () => {
    const { build, job, ...log } = parsedJobLogExample;
    return {
      job: {
        ...job,
        runId: build,
        runAttempt: 1,
        status: 'completed',
        labels: [],
        startedAt: null,
        completedAt: null,
        steps: [],
      },
      log,
    };
  },
  parseUploadedLog: async () => parsedLogExample,
  diagnoseIncident: async () => ({ taskId: TASK.id, runId: 9876543210, attempt: 1 }),
  fixIncident: async () => ({ asked: ['fix'] }),
  reportAlerts: async () => [{ id: EXAMPLE_OUTSIDE_ID, effect: 'opened' }],
  reportOutsideRun: async () => ({ id: EXAMPLE_OUTSIDE_ID, effect: 'opened' }),
  rerunBuild: async () => ({ attempt: 1 }),
  cancelBuild: async () => ({ attempt: 1 }),
};

const TASK: Task = revived(tasks.taskExample);
const DEAD_LETTER: DeadLetter = {
  ...revived(tasks.deadLetterPageExample.items[0] ?? tasks.taskExample),
  taskId: TASK.id,
  askedAt: TASK.createdAt,
};

function revived({ status, ...example }: typeof tasks.taskExample): Task {
  const moment = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...example,
    state: status,
    createdAt: new Date(example.createdAt),
    startsAfter: new Date(example.startsAfter),
    startedAt: moment(example.startedAt),
    endedAt: moment(example.endedAt),
  };
}

/** The queue of the examples; the real one has a test of its own. */
export const EXAMPLE_TASKS: Tasks = {
  list: async () => ({ items: [TASK], total: 1 }),
  read: async (id) => (id === TASK.id ? TASK : null),
  queues: async () => tasks.queuesExample.queues as QueueNow[],
  deadLetters: async () => ({ items: [DEAD_LETTER], total: 1 }),
  retry: async (taskId) => (taskId === TASK.id ? { kind: 'done', taskId } : { kind: 'unknown' }),
  cancel: async (taskId) => (taskId === TASK.id ? { kind: 'done', taskId } : { kind: 'unknown' }),
  redriveOne: async (id) => (id === DEAD_LETTER.id ? { kind: 'done', taskId: TASK.id } : { kind: 'unknown' }),
  redrive: async () => 1,
};

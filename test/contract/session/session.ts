import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import type { Delivery } from '../../../src/sandbox/state/model.ts';
import type { Exchange } from '../recording/recorder.ts';
import type { Findings } from '../report.ts';
import { playActions } from './actions.ts';
import { playApp } from './app.ts';
import { playChecks } from './checks.ts';
import { playCode } from './code.ts';
import { playGraphql } from './graphql.ts';
import { playIssues } from './issues.ts';
import { playPulls } from './pulls.ts';
import { playRegistration } from './registration.ts';
import { connectOctokit, refused, type Stage, setStage } from './stage.ts';

/** Everything that was said between the sandbox and those who spoke to it. */
export interface Session {
  /** The scenes by name, with what broke each off. */
  scenes: [name: string, findings: Findings][];
  exchanges: readonly Exchange[];
  /** What was fetched from the storage that answers of the API redirect to. */
  downloads: readonly Exchange[];
  deliveries: readonly Delivery[];
  /** The sandbox's GraphQL schema, as it tells it itself. */
  graphqlSchema: GraphQLSchema;
}

const SCENES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  code: playCode,
  'pull requests': playPulls,
  issues: playIssues,
  checks: playChecks,
  actions: playActions,
  graphql: playGraphql,
  app: playApp,
  refusals: playRefusals,
  registration: playRegistration,
};

/** Starts a sandbox, has every scene played on it with the real Octokit, and gives back the recording. */
export async function recordSession(): Promise<Session> {
  const stage = await setStage();
  try {
    const scenes: Session['scenes'] = [];
    for (const [name, play] of Object.entries(SCENES)) scenes.push([name, await findingsOf(() => play(stage))]);
    scenes.push(['the sandbox comes to rest', await findingsOf(() => stage.sandbox.idle())]);
    const { origin } = new URL(stage.sandbox.apiUrl);
    return {
      scenes,
      exchanges: stage.recorder.exchanges.filter((one) => one.url.origin === origin),
      downloads: stage.recorder.exchanges.filter((one) => one.url.origin !== origin),
      deliveries: [...stage.sandbox.state.deliveries],
      graphqlSchema: await readSchema(stage),
    };
  } finally {
    await stage.sandbox.close();
    await stage.receiver.close();
  }
}

/** A scene that breaks off is a finding; what was recorded until then, and the other scenes, are checked all the same. */
async function findingsOf(play: () => Promise<void>): Promise<Findings> {
  try {
    await play();
    return [];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** Refusals that any endpoint may meet with. */
async function playRefusals({ sandbox, recorder, octokit, person, at }: Stage): Promise<void> {
  const stranger = connectOctokit(sandbox, recorder, { auth: { token: 'ghp_wrong' } });
  await refused(401, stranger.rest.repos.get(at));
  await refused(400, octokit.request(`POST /repos/${at.owner}/${at.repo}/git/blobs`, { data: '{' }));
  await refused(403, person.rest.checks.create({ ...at, name: 'x', head_sha: 'f'.repeat(40) }));
  sandbox.setLimits({ contentPerMinute: 0 });
  await refused(403, octokit.rest.issues.create({ ...at, title: 'Too much' }));
}

/** Asked without the recorder: it is a question of this test, not of a client. */
async function readSchema({ sandbox, maintainer }: Stage): Promise<GraphQLSchema> {
  const response = await fetch(`${sandbox.apiUrl}/graphql`, {
    method: 'POST',
    headers: { authorization: `bearer ${sandbox.people.createToken(maintainer)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery() }),
  });
  const { data } = (await response.json()) as { data: Parameters<typeof buildClientSchema>[0] };
  return buildClientSchema(data);
}

import type { Figure, Section } from '../section.ts';
import { startIntakeServer, startProbotServer } from '../support/child.ts';
import { type LoadResult, percentile, saturate } from '../support/load.ts';
import { workflowRunPayload } from '../support/payload.ts';

const CONNECTIONS = 50;
const ROUNDS = 10;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 3;

/** Durable acknowledgements beside plain Probot, which keeps nothing. */
export const intake: Section = {
  name: 'intake',
  title: 'Webhooks acknowledged, beside plain Probot',
  about:
    `${CONNECTIONS} keep-alive connections send signed \`workflow_run\` deliveries of 17 KB, each with a GUID of its own, one after ` +
    `the other. Regreen's receiver answers 202 after the commit in the embedded PostgreSQL (fsync on); plain Probot 14 with an empty ` +
    `handler keeps nothing and logs nothing. Both run in turn on the same machine, ${ROUNDS} rounds of ${ROUND_SECONDS} s each after a ` +
    `warm-up, with the same load generator, which shares the machine. Rates are medians of the rounds, the quotient is the median of the ` +
    `rounds' own, so that other load on the machine touches both alike; latencies are of all rounds.`,
  run: async (say) => {
    const body = workflowRunPayload();
    const ours = await startIntakeServer();
    const probot = await startProbotServer();
    try {
      const results = { ours: [] as LoadResult[], probot: [] as LoadResult[] };
      for (const { port } of [ours, probot])
        await saturate({ port, body }, { connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
      for (let round = 1; round <= ROUNDS; round++) {
        say(`round ${round} of ${ROUNDS}`);
        results.ours.push(await measured(ours.port, body, 202));
        results.probot.push(await measured(probot.port, body, 200));
      }
      return figures(results);
    } finally {
      await Promise.all([ours.stop(), probot.stop()]);
    }
  },
};

async function measured(port: number, body: Buffer, status: number): Promise<LoadResult> {
  const result = await saturate({ port, body }, { connections: CONNECTIONS, seconds: ROUND_SECONDS });
  if (result.statuses[status] !== result.latencies.length)
    throw new Error(`not all were answered ${status}: ${JSON.stringify(result.statuses)}`);
  return result;
}

function figures(results: { ours: LoadResult[]; probot: LoadResult[] }): Figure[] {
  const ours = results.ours.map(rateOf);
  const probot = results.probot.map(rateOf);
  const quotients = ours.map((rate, round) => rate / (probot[round] ?? Number.NaN));
  const latency = (rounds: LoadResult[], part: number) =>
    percentile(
      rounds.flatMap((round) => round.latencies),
      part,
    );
  return [
    { name: 'Regreen, durable', value: percentile(ours, 0.5), unit: 'per s' },
    { name: 'plain Probot, nothing kept', value: percentile(probot, 0.5), unit: 'per s' },
    { name: 'Regreen ÷ plain Probot', value: percentile(quotients, 0.5), unit: '×', goal: { is: 'at least', value: 1 } },
    { name: 'Regreen p50', value: latency(results.ours, 0.5), unit: 'ms' },
    { name: 'Regreen p99', value: latency(results.ours, 0.99), unit: 'ms' },
    { name: 'plain Probot p50', value: latency(results.probot, 0.5), unit: 'ms' },
    { name: 'plain Probot p99', value: latency(results.probot, 0.99), unit: 'ms' },
  ];
}

function rateOf({ latencies, seconds }: LoadResult): number {
  return latencies.length / seconds;
}

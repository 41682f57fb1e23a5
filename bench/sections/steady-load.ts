import type { Section } from '../section.ts';
import { startIntakeServer } from '../support/child.ts';
import { percentile, steady } from '../support/load.ts';
import { workflowRunPayload } from '../support/payload.ts';

const RATE = 300;
const SECONDS = 15;
const WARM_UP_SECONDS = 3;

/** What a sender feels while the same process reads logs. */
export const steadyLoad: Section = {
  name: 'steady-load',
  title: 'Latency at a steady rate while logs are analysed',
  about:
    `${RATE} deliveries of 17 KB a second for ${SECONDS} s, sent when they are due whether or not the earlier ones have been answered; ` +
    'latency counts from when a delivery was due. In the same process the analysis threads read one log of 4 MB after another, without a pause.',
  run: async (say) => {
    const body = workflowRunPayload();
    const server = await startIntakeServer({ ANALYSE: '1' });
    try {
      await steady({ port: server.port, body }, { rate: RATE, seconds: WARM_UP_SECONDS });
      say(`${RATE} a second for ${SECONDS} s`);
      const { latencies, statuses } = await steady({ port: server.port, body }, { rate: RATE, seconds: SECONDS });
      return [
        { name: 'p50', value: percentile(latencies, 0.5), unit: 'ms' },
        { name: 'p99', value: percentile(latencies, 0.99), unit: 'ms', goal: { is: 'at most', value: 50 } },
        { name: 'worst', value: percentile(latencies, 1), unit: 'ms' },
        {
          name: 'answered other than 202',
          value: latencies.length - (statuses[202] ?? 0),
          unit: '',
          goal: { is: 'at most', value: 0 },
        },
        { name: 'logs analysed meanwhile', value: await server.logsAnalysed(), unit: '', goal: { is: 'at least', value: 1 } },
      ];
    } finally {
      await server.stop();
    }
  },
};

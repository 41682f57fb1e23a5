import { createAgent } from '../agents/agent.ts';
import type { Environment } from '../config/environment.ts';
import type { GitHub } from '../github/index.ts';
import type { Services } from '../healing/services.ts';
import type { AnalysisPool } from '../isolation/analysis-pool.ts';
import { runFixer } from '../isolation/fixer-process.ts';
import type { GatePool } from '../isolation/gate-pool.ts';
import type { Queue } from '../queue/queue.ts';
import { redactedDeep, redactSecrets, withholdSecrets } from '../secrets.ts';
import type { Store } from '../store/open.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What the use cases work with. */
export function createServices(parts: {
  environment: Environment;
  store: Store;
  queue: Queue;
  github: GitHub;
  analysis: AnalysisPool;
  gate: GatePool;
  metrics: Metrics;
  log: Logger;
  now: () => Date;
}): Services {
  return {
    database: parts.store.database,
    queue: parts.queue,
    github: parts.github,
    analyse: async (log, signal, problemMatchers) => {
      const { diagnosis, excerptTexts, printedDiffs } = await parts.analysis.analyzeWithText(log, { signal, problemMatchers });
      const excerpt = excerptTexts.map((lines) => lines.map((line) => line.text).join('\n')).join('\n…\n');
      return {
        diagnosis: redactedDeep(diagnosis),
        excerpt: redactSecrets(excerpt),
        excerptLines: redactedDeep(excerptTexts),
        printedDiffs: withholdSecrets(printedDiffs),
      };
    },
    judgePatch: (input, signal) => parts.gate.judge(input, signal),
    runFixer: (task, signal) => runFixer(task, signal),
    agent: parts.environment.agent === null ? null : createAgent(parts.environment.agent),
    observe: parts.metrics,
    serverDefault: parts.environment.defaultConfig && { layer: 'server', ...parts.environment.defaultConfig },
    log: parts.log,
    now: parts.now,
  };
}

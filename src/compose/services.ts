import { type Agent, createAgent } from '../agents/agent.ts';
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
import { agentSpan, stepSpan } from '../telemetry/spans.ts';
import type { Tracing } from '../telemetry/tracing.ts';

/** What the use cases work with. */
export function createServices(parts: {
  environment: Environment;
  store: Store;
  queue: Queue;
  github: GitHub;
  analysis: AnalysisPool;
  gate: GatePool;
  metrics: Metrics;
  tracing: Tracing;
  log: Logger;
  now: () => Date;
}): Services {
  const { tracing } = parts;
  return {
    database: parts.store.database,
    queue: parts.queue,
    github: parts.github,
    analyse: async (log, signal, problemMatchers) => {
      const { diagnosis, excerptTexts, printedDiffs } = await tracing.span(
        () => stepSpan('analyse log'),
        () => parts.analysis.analyzeWithText(log, { signal, problemMatchers }),
      );
      const excerpt = excerptTexts.map((lines) => lines.map((line) => line.text).join('\n')).join('\n…\n');
      return {
        diagnosis: redactedDeep(diagnosis),
        excerpt: redactSecrets(excerpt),
        excerptLines: redactedDeep(excerptTexts),
        printedDiffs: withholdSecrets(printedDiffs),
      };
    },
    judgePatch: (input, signal) =>
      tracing.span(
        () => stepSpan('judge patch'),
        () => parts.gate.judge(input, signal),
      ),
    runFixer: (task, signal) =>
      tracing.span(
        () => stepSpan('run fixer', { 'regreen.fixer': task.fixer }),
        () => runFixer(task, signal),
      ),
    agent: parts.environment.agent === null ? null : tracedAgent(createAgent(parts.environment.agent), tracing),
    observe: parts.metrics,
    serverDefault: parts.environment.defaultConfig && { layer: 'server', ...parts.environment.defaultConfig },
    log: parts.log,
    now: parts.now,
  };
}

/** Neither the question nor the answer is in a trace. */
function tracedAgent(agent: Agent, tracing: Tracing): Agent {
  return {
    ...agent,
    ask: (question, milliseconds, signal) =>
      tracing.span(
        () => agentSpan(agent.backend, agent.model),
        async (span) => {
          const answer = await agent.ask(question, milliseconds, signal);
          const { inputTokens, outputTokens } = answer.usage;
          span?.note({ 'gen_ai.usage.input_tokens': inputTokens, 'gen_ai.usage.output_tokens': outputTokens });
          return answer;
        },
      ),
  };
}

import { createLogAnalyzer } from '../diagnosis/analyzer.ts';
import type { ProblemMatcher } from '../diagnosis/matchers/problem-matcher.ts';
import type { Analysis } from '../healing/services.ts';
import { redactedDeep, redactSecrets, withholdSecrets } from '../secrets.ts';

/** Reading that takes longer counts the rest of the log only. */
const BUDGET_MS = 60_000;

/** Reads a log in this process: unlike the server's it has nothing else to do meanwhile. */
export async function analyse(log: AsyncIterable<Uint8Array>, problemMatchers: readonly ProblemMatcher[]): Promise<Analysis> {
  let spent = 0;
  const analyzer = createLogAnalyzer({ problemMatchers, isOutOfTime: () => spent > BUDGET_MS });
  for await (const chunk of log) {
    const startedAt = performance.now();
    analyzer.push(chunk);
    spent += performance.now() - startedAt;
  }
  const diagnosis = analyzer.finish();
  const excerptLines = diagnosis.excerpts.map((range) => analyzer.textOf(range));
  const excerpt = excerptLines.map((lines) => lines.map((line) => line.text).join('\n')).join('\n…\n');
  return {
    diagnosis: redactedDeep(diagnosis),
    excerpt: redactSecrets(excerpt),
    excerptLines: redactedDeep(excerptLines),
    printedDiffs: withholdSecrets(analyzer.printedDiffs()),
  };
}

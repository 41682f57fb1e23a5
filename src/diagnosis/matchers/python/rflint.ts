import { detached } from '../../log/text.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { findingOf } from '../matcher.ts';

const FILE = /^\+ (?<path>\S.{0,400}\.(?:robot|resource))$/;
const ROW = {
  expression: /^(?<severity>[EWI]): (?<line>\d{1,7}), (?<column>\d{1,7}): (?<message>\S.*) \((?<code>[A-Z]\w{2,60})\)$/,
};

/** robotframework-lint: `+ tests/cart.robot`, and below it `W: 3, 0: Too few steps (1) in keyword (TooFewKeywordSteps)`. */
export const rflint: Matcher = {
  id: 'rflint',
  tool: 'rflint',
  cause: 'lint',
  hints: ['.robot', '.resource'],
  createReader: createRflintReader,
};

function createRflintReader(): LineReader {
  let path: string | null = null;
  return {
    read(line, report) {
      const heading = FILE.exec(line.text)?.groups?.['path'];
      if (heading !== undefined) {
        path = detached(heading);
        return true;
      }
      if (path === null) return null;
      const finding = findingOf(ROW, line);
      if (!finding) {
        path = null;
        return false;
      }
      const letter = line.text[0];
      report.diagnostic({ ...finding, path, severity: letter === 'E' ? 'error' : letter === 'W' ? 'warning' : 'info' });
      return true;
    },
  };
}

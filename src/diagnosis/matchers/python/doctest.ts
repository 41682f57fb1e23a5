import { FailedTests, FailureNotes } from '../../dispatch/failed-tests.ts';
import type { LineReader, Matcher } from '../matcher.ts';
import { frameOf } from './frames.ts';

const RULE = '*'.repeat(70);
const SUMMARY = /^\*{3} ?Test Failed ?\*{3} \d{1,9} failures?\.$/;
const LINES = 400;

/** Python's doctest module, run by itself: a block of stars an example. What fails is the docstring, however many of its examples do. */
export const doctest: Matcher = {
  id: 'doctest',
  tool: 'doctest',
  cause: 'test-failure',
  hints: [RULE, '***test failed***'],
  createReader: createDoctestReader,
};

function createDoctestReader(): LineReader {
  const failed = new FailedTests();
  let follow = 0;
  let isAfterRule = false;
  let notes = new FailureNotes(undefined);
  return {
    read(line, report) {
      const isSummary = SUMMARY.test(line.text);
      if (isSummary) {
        follow = 0;
        return false;
      }
      if (line.text === RULE) {
        isAfterRule = true;
        follow = LINES;
        return true;
      }
      const frame = isAfterRule ? frameOf(line.text) : null;
      if (isAfterRule && frame?.function == null) follow = 0;
      isAfterRule = false;
      if (frame?.function != null) {
        const at = frame.function.lastIndexOf('.');
        const suite = at < 0 ? null : frame.function.slice(0, at);
        const name = frame.function.slice(at + 1);
        const place = { file: frame.path, line: frame.line };
        notes = new FailureNotes(failed.add(frame.function, { name, suite, ...place, frame: place, logLine: line.number }));
        report.highlight(line.number, line.number, 0.8);
      } else if (follow > 0 && !/^\d+ items had failures:$/.test(line.text)) {
        notes.say(line.text);
        report.highlight(line.number, line.number, 0.7);
      } else {
        follow = 0;
      }
      return follow-- > 0;
    },
    finish(report) {
      if (failed.size === 0) return;
      report.tests({ framework: 'doctest', total: null, failedCount: failed.size, skippedCount: null, failed: failed.list() });
    },
  };
}

import { MAX_LOOK_BACK_LINES } from '../limits.ts';
import type { Line } from '../matchers/matcher.ts';

const STEP_START = /^Run (?<name>.*)$/;

/** `uses:` of a step: `actions/checkout@v5`, `./.github/actions/setup`, `docker://alpine`. */
const ACTION = /^(?:\.{1,2}\/|docker:\/\/|[\w.-]{1,100}\/[\w./-]{1,200}@\S)/;

/** The runner's line with the shell: `shell: /usr/bin/bash -e {0}`. */
const SHELL = /^\s*shell: \S/;

const WITH = /^\s*with:$/;

interface Header {
  name: string;
  line: number;
}

/**
 * Tells the headers of the runner's steps from groups that a tool happens to call «Run …» (any tool can open one, by
 * `::group::` or by writing `##[group]` itself): the runner names the shell in the group, or the group is of an action.
 */
export class StepHeaders {
  #pending: Header | null = null;
  /** Of the last step from a page: its `with:` and its `shell:` may both point to it. */
  #lastOnPage = 0;

  /**
   * Reads the next line of interest; returns the step that it proves to have begun.
   * @param hasMarkers the log has `##[…]`; without, the text may be copied from the page, where groups have no mark.
   * @param previous the line so many lines before.
   */
  read(line: Line, hasMarkers: boolean, previous: (distance: number) => Line | null): Header | null {
    if (!hasMarkers) {
      const header = fromPage(line, previous);
      if (!header || header.line <= this.#lastOnPage) return null;
      this.#lastOnPage = header.line;
      return header;
    }
    if (line.marker === 'group') {
      const name = STEP_START.exec(line.text)?.groups?.['name'];
      this.#pending = name === undefined ? null : { name, line: line.number };
      return null;
    }
    const pending = this.#pending;
    if (!pending) return null;
    const isEnd = line.marker === 'endgroup';
    const isProven = SHELL.test(line.text) || (isEnd && ACTION.test(pending.name));
    if (isProven || isEnd) this.#pending = null;
    return isProven ? pending : null;
  }
}

/** Text of the page: `Run npm test`, the script, and `shell: …`; or `Run actions/checkout@v5` and `with:`. */
function fromPage(line: Line, previous: (distance: number) => Line | null): Header | null {
  const isShell = SHELL.test(line.text);
  if (!isShell && !WITH.test(line.text)) return null;
  for (let distance = 1; distance <= (isShell ? MAX_LOOK_BACK_LINES : 1); distance++) {
    const before = previous(distance);
    const name = before ? STEP_START.exec(before.text)?.groups?.['name'] : undefined;
    if (before && name !== undefined) return { name, line: before.number };
  }
  return null;
}

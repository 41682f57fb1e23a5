import { stripVTControlCharacters, styleText } from 'node:util';
import ora from 'ora';

/** Tells what happens: a spinner on a terminal, plain lines in a pipe. */
export interface Narrator {
  /** Runs a step; its end is told with what it returned, its failure with the reason. */
  step<T>(title: string, work: () => Promise<T>, told: (result: T) => string): Promise<T>;
  /** Shows a block of text below the step, e.g. a log or a diff. */
  show(text: string): void;
}

type Stream = NodeJS.WriteStream;

export function createNarrator(stream: Stream, startedAt = performance.now()): Narrator {
  const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(6);
  const write = (text: string) => stream.write(`${text}\n`);
  return {
    async step(title, work, told) {
      const spinner = stream.isTTY ? ora({ text: title, stream, discardStdin: false }).start() : null;
      try {
        const result = await work();
        const line = `${styled('dim', elapsed(), stream)}  ${told(result)}`;
        if (spinner) spinner.succeed(line);
        else write(`ok ${line}`);
        return result;
      } catch (error) {
        if (spinner) spinner.fail(title);
        else write(`failed ${elapsed()}  ${title}`);
        throw error;
      }
    },
    show: (text) => {
      // Tools colour what they write where they see CI.
      const shown = stream.isTTY ? text : stripVTControlCharacters(text);
      write(shown.replace(/\n+$/, '').replace(/^/gm, '            '));
    },
  };
}

export type Style = Parameters<typeof styleText>[0];

/** Colours only where somebody sees them. */
export function styled(style: Style, text: string, stream: Stream): string {
  return styleText(style, text, { stream });
}

/** A unified diff with its added and removed lines coloured. */
export function colouredDiff(patch: string, stream: Stream): string {
  return patch
    .split('\n')
    .map((line) => {
      if (/^(?:\+\+\+|---|===)/.test(line)) return styled('bold', line, stream);
      if (line.startsWith('+')) return styled('green', line, stream);
      if (line.startsWith('-')) return styled('red', line, stream);
      return line.startsWith('@@') ? styled('cyan', line, stream) : line;
    })
    .join('\n');
}

import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { cut } from '../github/texts/markdown.ts';

/** Where an action may write: its log, the summary of its job, and the outputs of its step. */
export interface ActionOutput {
  /** One line for people, whatever the text. */
  say(text: string): void;
  /** A workflow command, made by `commands.ts`. */
  command(line: string): void;
  summary(markdown: string): Promise<void>;
  set(name: string, value: string): Promise<void>;
}

/** GitHub takes 1 MiB from a step: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const LONGEST_SUMMARY = 250_000;
const LONGEST_LINE = 2_000;

export function createOutput({
  summaryPath,
  outputPath,
}: {
  summaryPath: string | null;
  outputPath: string | null;
}): ActionOutput {
  return {
    say: (text) => void process.stdout.write(`${plainLine(text)}\n`),
    command: (line) => void process.stdout.write(`${line}\n`),
    summary: async (markdown) => {
      if (summaryPath !== null) await appendFile(summaryPath, `${cut(markdown, LONGEST_SUMMARY)}\n`);
    },
    set: async (name, value) => {
      if (outputPath !== null) await appendFile(outputPath, fileCommand(name, value));
    },
  };
}

/** Nobody can end the value before its end: the delimiter is not to be guessed. */
function fileCommand(name: string, value: string): string {
  const delimiter = `regreen_${randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/** A line that the runner takes for no command: neither `::name::` at its beginning nor `##[name]` anywhere. */
export function plainLine(text: string): string {
  const flat = cut(text.replace(/\p{Cc}+/gu, ' ').trim(), LONGEST_LINE).replaceAll('##[', '##\u200d[');
  return flat.startsWith('::') ? `\u200d${flat}` : flat;
}

import { commandsIn, UnendedCommand } from './commands.ts';
import type { Block, Document } from './document.ts';

/**
 * What becomes of a command that a document shows: `npm run test:docs` runs it, another script does, or nobody, for a reason. It
 * says so in a comment before its block, which readers don't see:
 *
 *     <!-- run -->
 *     <!-- run by `npm run test:install` -->
 *     <!-- not run: needs a Kubernetes cluster -->
 *
 * A comment that names commands is about these alone, and another one about the rest of the block:
 *
 *     <!-- run by `.ci/run`: `npm ci`, `npm test` -->
 *     <!-- not run: `npm run bench`: it takes minutes -->
 */
export type Fate = { kind: 'run' } | { kind: 'elsewhere'; by: string } | { kind: 'not run'; reason: string };

export interface MarkedCommand {
  document: string;
  /** Of its block. */
  line: number;
  /** The heading that it stands under. */
  section: string;
  command: string;
  fate: Fate;
}

interface Mark {
  fate: Fate;
  /** The commands that it is about; `null` for all that no other mark names. */
  commands: readonly string[] | null;
}

/** Languages of blocks that people type into a shell. */
const SHELL = new Set(['sh', 'bash', 'shell', 'console', 'zsh']);

export function isShell({ language }: Block): boolean {
  return SHELL.has(language);
}

/** Every command that a document shows, with its fate; and what is wrong with the marks. */
export function markedCommands(document: Document): { commands: MarkedCommand[]; faults: string[] } {
  const commands: MarkedCommand[] = [];
  const faults: string[] = [];
  for (const block of document.blocks.filter(isShell)) {
    const where = `${block.document}:${block.line}`;
    try {
      const { marked, fault } = markBlock(block);
      commands.push(...marked);
      if (fault !== null) faults.push(`${where}: ${fault}`);
    } catch (error) {
      if (!(error instanceof UnendedCommand)) throw error;
      faults.push(`${where}: a quote or a bracket stays open in "${error.message}"`);
    }
  }
  return { commands, faults };
}

function markBlock(block: Block): { marked: MarkedCommand[]; fault: string | null } {
  const marks = block.comments.flatMap((comment) => readMark(comment) ?? []);
  const shown = commandsIn(block.text);
  const unknown = marks.flatMap(({ commands }) => commands ?? []).find((name) => !shown.includes(name));
  if (unknown !== undefined) return { marked: [], fault: `a mark names \`${unknown}\`, which the block does not have` };
  const marked: MarkedCommand[] = [];
  for (const command of shown) {
    const mark = marks.find(({ commands }) => commands?.includes(command)) ?? marks.find(({ commands }) => commands === null);
    if (!mark) return { marked, fault: `\`${command}\` is neither run nor marked as not run (scripts/documents/marks.ts)` };
    marked.push({ document: block.document, line: block.line, section: block.section, command, fate: mark.fate });
  }
  return { marked, fault: null };
}

/** `null` for a comment that is no mark. */
function readMark(comment: string): Mark | null {
  const run = /^run(?:: (.+))?$/.exec(comment);
  if (run) return { fate: { kind: 'run' }, commands: namesIn(run[1]) };
  const elsewhere = /^run by `([^`]+)`(?:: (.+))?$/.exec(comment);
  if (elsewhere) return { fate: { kind: 'elsewhere', by: elsewhere[1] ?? '' }, commands: namesIn(elsewhere[2]) };
  const notRun = /^not run: ((?:`[^`]+`(?:, )?)+: )?(.+)$/.exec(comment);
  if (notRun) return { fate: { kind: 'not run', reason: notRun[2] ?? '' }, commands: namesIn(notRun[1]) };
  return null;
}

function namesIn(list: string | undefined): string[] | null {
  return list === undefined ? null : [...list.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/**
 * `npm run test:docs`: runs the commands that README.md, CONTRIBUTING.md and docs/ show, in order, each document's in one shell.
 * Names of documents narrow it. `npm run check` sees that each command is run or marked (scripts/documents/marks.ts); what a
 * program of the machine is missing for is "skipped", never "passed".
 */
import { accessSync, constants } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Document } from '../../scripts/documents/document.ts';
import { readDocuments } from '../../scripts/documents/faults.ts';
import { type MarkedCommand, markedCommands } from '../../scripts/documents/marks.ts';
import { type Expectation, ROOT, removeFolder, type Scene } from './scene.ts';
import { SCENES } from './scenes/index.ts';
import { type Session, startSession } from './session.ts';
import { missingLine } from './shape.ts';

/** Programs of the machine that documents use, and the Debian package that has each. */
const TOOLS = {
  curl: 'curl',
  openssl: 'openssl',
  jq: 'jq',
  pg_dump: 'postgresql-client',
  createdb: 'postgresql-client',
  pg_restore: 'postgresql-client',
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const counts = { passed: 0, failed: 0, skipped: 0, elsewhere: 0, 'not run': 0 };
const startedAt = performance.now();

function say(kind: keyof typeof counts, { document, line, command }: MarkedCommand, about = ''): void {
  counts[kind]++;
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6);
  const [first = '', ...more] = command.split('\n');
  print(`${seconds} s  ${kind.padEnd(9)} ${document}:${line}  ${first}${more.length > 0 ? ' …' : ''}${about && `  (${about})`}`);
}

const wanted = process.argv.slice(2);
for (const document of await readDocuments(ROOT)) {
  if (wanted.length > 0 && !wanted.includes(document.path)) continue;
  await runDocument(document);
}
print(
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ` +
    `${counts.elsewhere} run by other scripts, ${counts['not run']} not run, for the reasons above`,
);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function runDocument(document: Document): Promise<void> {
  const { commands } = markedCommands(document);
  const makeScene = SCENES[document.path];
  const isRun = commands.some(({ fate }) => fate.kind === 'run');
  if (isRun && !makeScene) throw new Error(`test/docs/scenes/ has no scene for ${document.path}`);
  const scene = isRun && makeScene ? await makeScene() : null;
  // npm writes its logs there, which are nothing for a checkout.
  const home = await mkdtemp(join(tmpdir(), 'regreen-docs-home-'));
  const session = scene ? startSession(scene.folder, environmentOf(scene, home)) : null;
  try {
    let broken = null as { why: string; section: string } | null;
    for (const command of commands) {
      const { fate, section } = command;
      if (scene?.independentSections && broken?.section !== section) broken = null;
      if (fate.kind === 'elsewhere') say('elsewhere', command, `by ${fate.by}`);
      else if (fate.kind === 'not run') say('not run', command, fate.reason);
      else if (broken !== null || !scene || !session) say('skipped', command, broken?.why);
      else {
        const why = await runCommand(command, { document, scene, session });
        if (why !== null) broken = { why, section };
      }
    }
  } finally {
    await session?.close();
    await scene?.close();
    await removeFolder(home);
  }
}

/** @returns why what follows it in its document is not run; `null` where nothing stands in the way */
async function runCommand(
  marked: MarkedCommand,
  { document, scene, session }: { document: Document; scene: Scene; session: Session },
): Promise<string | null> {
  const expectation = scene.expect?.(marked.command) ?? {};
  const missing = missingTool(marked.command) ?? (await expectation.lacks?.()) ?? null;
  if (missing !== null) {
    say('skipped', marked, missing);
    return missing;
  }
  try {
    await expectation.before?.(session);
    const fault = await faultOf(marked.command, expectation, { document, scene, session });
    say(fault === null ? 'passed' : 'failed', marked, fault ?? '');
    return fault === null ? null : 'a command before it failed';
  } catch (error) {
    say('failed', marked, error instanceof Error ? error.message : String(error));
    return 'a command before it failed';
  }
}

async function faultOf(
  command: string,
  expectation: Expectation,
  { document, scene, session }: { document: Document; scene: Scene; session: Session },
): Promise<string | null> {
  const { stays, status = 0, shows = [], onLine, after } = expectation;
  const here = scene.here?.(command) ?? command;
  const ended = stays ? await session.start(here, stays) : await session.run(here, onLine);
  const output = ended.lines.join('\n');
  if (ended.status !== status) return `ended with ${ended.status}:\n${output}`;
  const unseen = shows.find((pattern) => !pattern.test(output));
  if (unseen) return `did not show ${unseen}:\n${output}`;
  for (const shown of document.blocks.filter(({ comments }) => comments.includes(`output of \`${command}\``))) {
    const line = missingLine(shown.text, ended.lines);
    if (line !== null) return `${document.path}:${shown.line} shows "${line}", and it did not write that:\n${output}`;
  }
  await after?.(output, session);
  return null;
}

function environmentOf({ env }: Scene, home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, CI: 'true', ...env };
}

/** The first program that a command wants and this machine lacks. */
function missingTool(command: string): string | null {
  const used = Object.entries(TOOLS).find(([tool]) => new RegExp(`(?:^|[|;&($]\\s*)${tool}\\s`).test(command) && !isHere(tool));
  return used ? `${used[0]} is not on this machine (Debian's package ${used[1]} has it)` : null;
}

function isHere(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

import type { FixSource } from '../types.ts';
import { type Mend, runnerMessages } from './mend.ts';
import { jobsOf, placeOf, type Replacement, scalarAt, stepsOf } from './workflow-text.ts';

const DISABLED = /The `(?<name>set-env|add-path|set-output|save-state)` command is disabled/;

/**
 * The files that took the commands' place.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
const FILES: Readonly<Record<string, string>> = {
  'set-env': '$GITHUB_ENV',
  'add-path': '$GITHUB_PATH',
  'set-output': '$GITHUB_OUTPUT',
  'save-state': '$GITHUB_STATE',
};

/** `echo "::set-env name=KEY::value"` as the whole of a command; what a shell would read otherwise is left alone. */
const ECHO =
  /(?<=^|[;&|\n]|run:)(?<before>[ \t]{0,200})echo (?<quote>["']?)::(?<command>set-env|add-path|set-output|save-state)(?: name=(?<key>[\w-]{1,100}))?::(?<value>[^"'\n;&|<>]{0,1000})\k<quote>(?=[ \t]*(?:$|[;&|\n]))/gm;

const BASH = /^(?:bash|sh)\b/;

/** Commands on the standard output that GitHub has disabled. */
export const disabledCommands: Mend = {
  applies: (source) => disabledIn(source).size > 0,
  mend({ source, workflow }) {
    const disabled = disabledIn(source);
    const replacements: Replacement[] = [];
    for (const step of jobsOf(workflow).flatMap(stepsOf)) {
      const run = scalarAt(step, 'run');
      const place = run && placeOf(run);
      if (!place) continue;
      const script = workflow.text.slice(place.start, place.end);
      const shell = scalarAt(step, 'shell');
      const own = [...echoesIn(script, disabled)].map(({ start, end, text }) => ({
        start: place.start + start,
        end: place.start + end,
        text,
      }));
      if (own.length > 0 && shell && !BASH.test(String(shell.value)))
        return { declined: `The step's shell is ${String(shell.value)}.` };
      replacements.push(...own);
    }
    return replacements.length > 0
      ? replacements
      : { declined: 'The command is printed by a program, or in a form that is not certain to mean the same.' };
  },
};

function disabledIn(source: FixSource): Set<string> {
  return new Set(runnerMessages(source).flatMap((message) => DISABLED.exec(message)?.groups?.['name'] ?? []));
}

function* echoesIn(script: string, disabled: ReadonlySet<string>): Generator<Replacement> {
  for (const match of script.matchAll(ECHO)) {
    const { before = '', quote = '', command = '', key, value = '' } = match.groups ?? {};
    const needsKey = command !== 'add-path';
    if (!disabled.has(command) || (key !== undefined) !== needsKey) continue;
    const text = needsKey ? `${key}=${value}` : value;
    const sign = quote === '' ? '"' : quote;
    const start = match.index + before.length;
    yield { start, end: match.index + match[0].length, text: `echo ${sign}${text}${sign} >> "${FILES[command]}"` };
  }
}

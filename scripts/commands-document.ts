import type { Command } from 'commander';
import { program } from '../src/cli/program.ts';

const WIDTH = 120;

/** docs/commands.md: what each command says of itself. */
export function commandsDocument(): string {
  return [
    '# Commands',
    '',
    '<!-- Made by "npm run generate" from src/cli/program.ts. -->',
    '',
    'In a checkout `npx regreen COMMAND`, in a container `node bin/regreen.js COMMAND`. Those that need the configuration read it from the',
    'environment and `.env`, as the server does ([configuration.md](configuration.md)). Errors go to stderr, with a code',
    '([errors.md](errors.md)) and what can be done.',
    ...program.commands.flatMap((command) => sectionsOf(command, ['regreen'])),
    '',
  ].join('\n');
}

function sectionsOf(command: Command, before: readonly string[]): string[] {
  const words = [...before, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((one) => sectionsOf(one, words));
  return ['', `## \`${words.join(' ')}\``, '<!-- no output: the help itself -->', '```text', helpOf(command), '```'];
}

/** As `--help` prints it, whatever the terminal. */
function helpOf(command: Command): string {
  const written: string[] = [];
  command
    .configureHelp({ helpWidth: WIDTH })
    .configureOutput({ writeOut: (text) => void written.push(text), getOutHasColors: () => false });
  command.outputHelp();
  return written.join('').trim();
}

import { commandsIn } from '../../scripts/documents/commands.ts';

/** A path of more commands than this is none that people walk in five minutes. */
export const MOST_COMMANDS = 5;

/** The commands of the first block under README's "Installation"; what `&&` joins are two. @throws when there are none, or too many */
export function installationCommands(readme: string): string[] {
  const section = readme.split(/^## /m).find((one) => one.startsWith('Installation\n')) ?? '';
  const commands = commandsIn(/```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? '');
  if (commands.length === 0) throw new Error('README.md has no commands under "## Installation".');
  if (commands.length > MOST_COMMANDS)
    throw new Error(`README.md wants ${commands.length} commands; ${MOST_COMMANDS} are the most.`);
  return commands;
}

/** A command that ends nowhere: a quote or a bracket stays open. */
export class UnendedCommand extends Error {}

/** What holds together (an escape, a quoted text), what opens and ends, and any other character. */
const TOKEN = /\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|&&|[\s\S]/y;

/**
 * The commands of a block of shell, in order: one a line, those that `&&` or `;` joins one by one, without comments. Quotes,
 * brackets and a backslash at the end of a line hold a command together; here-documents are not understood.
 * @throws UnendedCommand when a quote or a bracket stays open
 */
export function commandsIn(shell: string): string[] {
  const commands: string[] = [];
  let command = '';
  let depth = 0;
  let isComment = false;
  for (const [token] of shell.matchAll(new RegExp(TOKEN, 'gy'))) {
    if (token === '\n') isComment = false;
    if (token === '#' && /(?:^|\s)$/.test(command)) isComment = true;
    if (isComment) continue;
    if (token === '"' || token === "'") throw new UnendedCommand(command.trim());
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (depth === 0 && (token === '\n' || token === ';' || token === '&&')) {
      commands.push(command.trim());
      command = '';
    } else command += token;
  }
  if (depth !== 0) throw new UnendedCommand(command.trim());
  return [...commands, command.trim()].filter((one) => one !== '');
}

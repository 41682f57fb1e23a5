/** The commands that exist so far. */
export const COMMANDS = ['explain', 'retry', 'resume'] as const;
export type CommandName = (typeof COMMANDS)[number];

export type Command = { known: true; name: CommandName } | { known: false; name: string };

/**
 * The first line that is a command: `/regreen <name>`. Quoted lines and code blocks are talk about commands.
 * @returns `null` when there is none
 */
export function readCommand(body: string): Command | null {
  let fenced = false;
  for (const line of body.slice(0, 20_000).split(/\r?\n/)) {
    if (/^\s{0,3}(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced) continue;
    const found = /^\/regreen(?:[ \t]+([A-Za-z-]{1,30}))?[ \t]*$/.exec(line);
    if (!found) continue;
    const name = (found[1] ?? 'help').toLowerCase();
    const known = COMMANDS.find((command) => command === name);
    return known ? { known: true, name: known } : { known: false, name };
  }
  return null;
}

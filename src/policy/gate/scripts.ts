import type { Check } from './edit.ts';
import { isLayoutOnly } from './layout.ts';
import { missingFrom } from './tokens.ts';

const SCRIPT_PATH = /\.(?:sh|bash|zsh|ksh|fish|ps1|bat|cmd)$/i;
const SHEBANG = /^#![^\n]{0,60}sh\b/;

/** Words before a command that are none themselves. */
const LEADS = /^(?:if|elif|else|then|while|until|do|!|time|exec|sudo|env|command|\{|\(|&&|\|\|)$/;
/** Lines that do no work of their own. */
const NO_COMMANDS = /^(?:#|local|export|declare|readonly|echo|printf|fi|done|esac|\}|\)|rem|Write-)|^[\w$]+\+?=/i;

/** A script may get other words, but goes on running as many commands of each kind. */
export const keepCommands: Check = (edit) => {
  const { path, before, after } = edit;
  if (!(SCRIPT_PATH.test(path) || SHEBANG.test(before)) || isLayoutOnly(edit)) return [];
  return missingFrom(commandsOf(before), commandsOf(after)).length > 0
    ? [`The patch takes a command out of ${path} or puts another in its place.`]
    : [];
};

/** The first word of each line's command. */
function commandsOf(text: string): string[] {
  return text.split(/[\n;]/).flatMap((line) => {
    const words = line.trim().slice(0, 400).split(/\s+/);
    const command = words.slice(words.findIndex((word) => !LEADS.test(word)))[0] ?? '';
    return command === '' || LEADS.test(command) || NO_COMMANDS.test(command) ? [] : [command.replace(/["'\\]/g, '')];
  });
}

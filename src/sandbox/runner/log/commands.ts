import type { JobLog } from './job-log.ts';

/** What a workflow command may do to the step that printed it. */
export interface CommandTarget {
  setOutput(name: string, value: string): void;
  addMask(value: string): void;
  /** The command was wrong: the step fails whatever its exit code. */
  commandFailed(): void;
}

interface Command {
  name: string;
  properties: ReadonlyMap<string, string>;
  data: string;
}

type Handler = (command: Command, log: JobLog, target: CommandTarget) => void;

const DISABLED =
  'command is disabled. Please upgrade to using Environment Files or opt into unsecure command execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`. For more information see: https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/';
const DEPRECATED =
  'command is deprecated and will be disabled soon. Please upgrade to using Environment Files. For more information see: https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/';

/** A command that the runner refuses; the message goes into the log. */
class CommandError extends Error {}

const refuse: Handler = ({ name }) => {
  throw new CommandError(`The \`${name}\` ${DISABLED}`);
};
const ignore: Handler = () => {};
const issue =
  (level: 'error' | 'warning' | 'notice'): Handler =>
  ({ data, properties }, log) =>
    log.issue(level, data, properties);

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['error', issue('error')],
  ['warning', issue('warning')],
  ['notice', issue('notice')],
  // Shown only when the repository has step debugging switched on; the sandbox never has.
  ['debug', ignore],
  ['group', ({ data }, log) => log.write(`##[group]${data}`)],
  ['endgroup', ({ data }, log) => log.write(`##[endgroup]${data}`)],
  [
    'add-mask',
    ({ data }, log, target) => {
      if (data.trim() === '') log.warning("Can't add secret mask for empty string in ##[add-mask] command.");
      else target.addMask(data);
    },
  ],
  [
    'set-output',
    ({ name, properties, data }, log, target) => {
      log.warning(`The \`${name}\` ${DEPRECATED}`);
      const output = properties.get('name');
      if (!output) throw new CommandError("Required field 'name' is missing in ##[set-output] command.");
      target.setOutput(output, data);
    },
  ],
  ['save-state', ({ name }, log) => log.warning(`The \`${name}\` ${DEPRECATED}`)],
  ['set-env', refuse],
  ['add-path', refuse],
  // Problem matchers and echoing change only annotations and what of the commands is shown.
  ['add-matcher', ignore],
  ['remove-matcher', ignore],
  ['echo', ignore],
]);

/**
 * Reads the output of one step line by line: workflow commands (`::error file=a.ts::text`) are carried out and shown as
 * the runner shows them, everything else goes into the log as it is.
 * Source: `ActionCommandManager` in https://github.com/actions/runner
 */
export class CommandProcessor {
  readonly #log: JobLog;
  readonly #target: CommandTarget;
  #stopToken: string | null = null;

  constructor(log: JobLog, target: CommandTarget) {
    this.#log = log;
    this.#target = target;
  }

  line(line: string): void {
    const command = parseCommand(line);
    if (!command || !this.#handle(command, line)) this.#log.write(line);
  }

  #handle(command: Command, line: string): boolean {
    if (this.#stopToken !== null) {
      if (command.name === this.#stopToken) this.#stopToken = null;
      return false;
    }
    if (command.name === 'stop-commands') {
      this.#stopToken = command.data;
      return false;
    }
    const handler = HANDLERS.get(command.name);
    if (!handler) return false;
    try {
      handler(command, this.#log, this.#target);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#log.error(`Unable to process command '${line}' successfully.`);
      this.#log.error(error.message);
      this.#target.commandFailed();
    }
    return true;
  }
}

/** `::name key=value,key=value::data`, at the beginning of a line. */
function parseCommand(line: string): Command | null {
  const text = line.trim();
  if (!text.startsWith('::')) return null;
  const end = text.indexOf('::', 2);
  if (end < 0) return null;
  const head = text.slice(2, end);
  const space = head.indexOf(' ');
  const properties = new Map<string, string>();
  for (const pair of space < 0 ? [] : head.slice(space + 1).split(',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties.set(pair.slice(0, equals).trim(), unescapeProperty(pair.slice(equals + 1)));
  }
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  return { name, properties, data: unescapeData(text.slice(end + 2)) };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

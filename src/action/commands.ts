import type { Annotation } from '../github/types.ts';

const COMMAND = { failure: 'error', warning: 'warning', notice: 'notice' } as const;

/**
 * An annotation as a workflow command, which needs no permission at all.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function toWorkflowCommand(one: Annotation): string {
  const properties = {
    file: one.path,
    line: one.startLine,
    endLine: one.endLine,
    ...(one.startColumn === undefined ? {} : { col: one.startColumn }),
    ...(one.title === undefined ? {} : { title: one.title }),
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${COMMAND[one.level]} ${list.join(',')}::${escapeData(one.message)}`;
}

/** What keeps the action itself from its work. */
export function toErrorCommand(message: string): string {
  return `::error title=Regreen::${escapeData(message)}`;
}

/** As @actions/core does it: a message can't end its command and begin another. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

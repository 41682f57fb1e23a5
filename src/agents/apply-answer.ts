import { type Edit, isPlainPath } from '../policy/gate.ts';
import { matchesAny } from '../policy/globs.ts';
import type { ShownFile } from './prompt.ts';
import { restored } from './redaction.ts';
import type { AgentAnswer, AgentLimits, ProposedEdit } from './types.ts';

/** What an answer is held against. */
export interface AnswerContext {
  shown: readonly ShownFile[];
  /** Every path of the commit. */
  paths: ReadonlySet<string>;
  limits: AgentLimits;
  /** Of the question. */
  label: string;
}

/** Edits that may go to the gate, or why there are none, as a sentence. */
export type AppliedAnswer = { edits: Edit[] } | { refusal: string };

/**
 * Makes edits of an answer, on the files as they were shown. One edit that can't be made refuses the whole: half a change is
 * none.
 */
export function applyAnswer({ edits }: AgentAnswer, context: AnswerContext): AppliedAnswer {
  const { limits } = context;
  if (edits.length > limits.files) return { refusal: `The answer changes ${edits.length} files; ${limits.files} are allowed.` };
  if (new Set(edits.map(({ path }) => path)).size < edits.length) return { refusal: 'The answer changes one file twice.' };
  const made: Edit[] = [];
  for (const edit of edits) {
    const result = applyOne(edit, context);
    if ('refusal' in result) return result;
    if (result.before !== result.after) made.push(result);
  }
  const bytes = made.reduce((sum, { after }) => sum + Buffer.byteLength(after), 0);
  if (bytes > limits.bytes) return { refusal: `The answer has ${bytes} bytes; ${limits.bytes} are allowed.` };
  return { edits: made };
}

function applyOne(edit: ProposedEdit, context: AnswerContext): Edit | { refusal: string } {
  const { path } = edit;
  if (!isPlainPath(path)) return { refusal: 'The answer names a path that leaves the repository.' };
  if ((edit.content === null) === (edit.replacements.length === 0)) {
    return { refusal: `The answer must give either the content of ${path} or replacements.` };
  }
  if (!matchesAny(path, context.limits.paths))
    return { refusal: `The answer changes ${path}, which agents.paths keeps from it.` };
  const file = context.shown.find((one) => one.path === path);
  return file ? changed(edit, file, context) : created(edit, context);
}

function created({ path, content }: ProposedEdit, { paths, limits, label }: AnswerContext): Edit | { refusal: string } {
  if (paths.has(path)) return { refusal: `The answer changes ${path}, which it was not shown.` };
  if (content === null || !matchesAny(path, limits.newFiles))
    return { refusal: `The answer makes ${path}, where no new file may be.` };
  if (content.includes(`[redacted-${label}-`))
    return { refusal: `The answer puts into ${path} what was taken out of another file.` };
  return { path, before: '', after: content };
}

function changed({ path, content, replacements }: ProposedEdit, file: ShownFile, { label }: AnswerContext) {
  const { redaction, isPartial } = file;
  if (content !== null && isPartial) return { refusal: `The answer writes ${path} anew, of which it was shown pieces only.` };
  const shown = redaction.text;
  const lineEnd = /\r\n/.test(shown) && !/(?<!\r)\n/.test(shown) ? '\r\n' : '\n';
  const result = content === null ? replaced(shown, replacements, lineEnd) : withLineEnds(content, lineEnd);
  if (typeof result !== 'string') return { refusal: `${result.reason} in ${path}.` };
  // A name that stands there more often than before would copy a secret to another place.
  for (const name of redaction.originals.keys()) {
    if (result.split(name).length > shown.split(name).length)
      return { refusal: `The answer copies what was taken out of ${path}.` };
  }
  const before = restored(shown, redaction, label);
  const after = restored(result, redaction, label);
  if (before === null || after === null)
    return { refusal: `The answer names in ${path} something that was taken out elsewhere.` };
  return { path, before, after };
}

function replaced(text: string, replacements: ProposedEdit['replacements'], lineEnd: string): string | { reason: string } {
  let result = text;
  for (const replacement of replacements) {
    const search = withLineEnds(replacement.search, lineEnd);
    const at = search === '' ? -1 : result.indexOf(search);
    if (at < 0) return { reason: 'The answer replaces a text that does not stand' };
    if (result.indexOf(search, at + 1) >= 0) return { reason: 'The answer replaces a text that stands more than once' };
    result = result.slice(0, at) + withLineEnds(replacement.replace, lineEnd) + result.slice(at + search.length);
  }
  return result;
}

/** Agents write `\n`; a file keeps the line ends that it has throughout. */
function withLineEnds(text: string, lineEnd: string): string {
  return lineEnd === '\n' ? text : text.replace(/\r?\n/g, '\r\n');
}

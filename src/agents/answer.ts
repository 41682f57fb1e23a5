import { z } from 'zod';
import { AgentError } from './errors.ts';
import type { AgentAnswer, TokenUsage } from './types.ts';

/** No answer within the limits of a patch needs more; what is longer is not read. */
export const LONGEST_ANSWER = 1024 * 1024;
const LONGEST_REASON = 4_000;
const MOST_EDITS = 100;
const MOST_REPLACEMENTS = 200;

const text = z.string().max(LONGEST_ANSWER);

/**
 * The form of an answer. Every key is required and none is optional, because the strict mode of structured output asks for
 * that (https://platform.openai.com/docs/guides/structured-outputs).
 */
export const answerSchema = z.object({
  reason: text.describe(
    'Two or three sentences for the reviewer: what was wrong, and why this mends it. Or why you propose nothing.',
  ),
  edits: z
    .array(
      z.object({
        path: z.string().describe('The path of the file, as given in the task.'),
        content: text.nullable().describe('The whole new file; null when replacements are given.'),
        replacements: z
          .array(
            z.object({
              search: text.describe('Text that stands in the file exactly once.'),
              replace: text.describe('What stands there afterwards.'),
            }),
          )
          .describe('Pieces of text to replace; empty when content is given.'),
      }),
    )
    .describe('The files to change; empty when you propose nothing.'),
});

/**
 * Checks what a back end gave as an object.
 * @throws AgentError `malformed` when it has another form, `too-large` when it has more than any patch may have
 */
export function readAnswer(value: unknown, usage: TokenUsage): AgentAnswer {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) throw new AgentError('malformed', 'The agent answered in another form than it was asked for.', { usage });
  const { reason, edits } = parsed.data;
  if (edits.length > MOST_EDITS || edits.some((edit) => edit.replacements.length > MOST_REPLACEMENTS)) {
    throw new AgentError('too-large', 'The agent wants to change more than a patch may change.', { usage });
  }
  return { reason: reason.slice(0, LONGEST_REASON), edits };
}

/** Around an answer that comes as a part of a longer text, such as an agent's terminal. */
export interface AnswerMarks {
  begin: string;
  end: string;
}

/**
 * Finds the answer in what an agent has written: the last JSON between the marks. A terminal breaks long lines, so line
 * ends inside a string are taken away; where that loses a blank, the text to search for is not found and nothing is done.
 * @throws AgentError `malformed` when there is none
 */
export function findAnswer(written: string, marks: AnswerMarks, usage: TokenUsage): AgentAnswer {
  if (written.length > LONGEST_ANSWER) throw new AgentError('too-large', 'The agent wrote more than is read.', { usage });
  const end = written.lastIndexOf(marks.end);
  const begin = end < 0 ? -1 : written.lastIndexOf(marks.begin, end);
  if (begin < 0) throw new AgentError('malformed', 'The agent gave no answer between the marks.', { usage });
  return readAnswer(parseJson(unwrapped(written.slice(begin + marks.begin.length, end)), usage), usage);
}

function parseJson(json: string, usage: TokenUsage): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AgentError('malformed', 'The agent answered with something that is no JSON.', { usage, cause });
  }
}

/** Takes line ends out of strings, with the blanks that a terminal puts around them. JSON itself has none there. */
function unwrapped(json: string): string {
  let result = '';
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index] ?? '';
    if (inString && character === '\\') {
      result += character + (json[index + 1] ?? '');
      index += 1;
      continue;
    }
    if (character === '"') inString = !inString;
    if (!inString || (character !== '\n' && character !== '\r')) result += character;
  }
  return result;
}

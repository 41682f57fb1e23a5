import type { ZodType } from 'zod';
import { Refusal } from './refusal.ts';

/**
 * Reads and checks a JSON body. Bodies of endpoints without a schema are not looked at.
 * Sources: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api (400 "Problems parsing JSON",
 * 422 "Invalid request").
 */
export async function readBody(request: Request, schema: ZodType<unknown> | undefined): Promise<unknown> {
  if (!schema) return undefined;
  const text = await request.text();
  const parsed = schema.safeParse(text.trim() === '' ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `For '${['body', ...issue.path].join('/')}', ${issue.message}.`);
  throw new Refusal(422, `Invalid request.\n\n${faults.join('\n')}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

import { parseAllDocuments, visit } from 'yaml';

const JSON_FILE = /\.json$/i;
const YAML_FILE = /\.ya?ml$/i;
/** Reading a larger file as YAML would take longer than a gate may. */
const LONGEST_YAML = 80_000;
const MAX_ALIASES = 50;

/** Whether two versions of a JSON or YAML file say the same; `null` where the first is neither, or too large. */
export function isSameData(path: string, before: string, after: string): boolean | null {
  if (JSON_FILE.test(path)) {
    const data = jsonOf(before);
    if (data !== null) return data === jsonOf(after);
  }
  if (!YAML_FILE.test(path) || before.length + after.length > LONGEST_YAML) return null;
  const data = yamlOf(before);
  return data === null ? null : data === yamlOf(after);
}

/** More digits than a number of JavaScript keeps apart. */
const LONG_NUMBERS = /\d[\d.]{15,400}/g;

function jsonOf(text: string): string | null {
  try {
    return [JSON.stringify(JSON.parse(text.replace(/^\ufeff/, ''))), ...(text.match(LONG_NUMBERS) ?? [])].join('\n');
  } catch {
    return null;
  }
}

function yamlOf(text: string): string | null {
  try {
    const documents = parseAllDocuments(text, { logLevel: 'silent', prettyErrors: false });
    if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return null;
    return JSON.stringify(documents.map((one) => [one.toJS({ maxAliasCount: MAX_ALIASES }), numbersOf(one)]));
  } catch {
    return null;
  }
}

/** Numbers as they are written: `1.10` is another version than `1.1`. */
function numbersOf(document: Parameters<typeof visit>[0]): string[] {
  const numbers: string[] = [];
  visit(document, {
    Scalar: (_key, { value, source }) => {
      if (typeof value === 'number' && source !== undefined) numbers.push(source);
    },
  });
  return numbers;
}

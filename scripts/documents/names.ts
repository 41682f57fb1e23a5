import type { Document, Place } from './document.ts';
import type { Known } from './known.ts';
import { isShell } from './marks.ts';

/** What others have that looks like ours: conventions of terminals, Node's own. */
const VARIABLES_OF_OTHERS = new Set(['NO_COLOR', 'NODE_EXTRA_CA_CERTS']);

/** What a reader puts something else in place of. */
const PLACEHOLDERS = new Set(['CHANNEL_ID', 'TEAM_UUID', 'GREEN_LOG']);

/** Of the repositories that Regreen looks after. */
const SCRIPTS_OF_OTHERS = new Set(['lint']);

/** Of agentapi, and of PostgreSQL. */
const OPTIONS_OF_OTHERS = new Set(['--term-width', '--encoding', '--maintenance-db', '--omit']);

/** Of GitHub, agentapi and Codegen. */
const ROUTES_OF_OTHERS = [/^\w+ \/(?:app|repos)\//, /^\w+ \/(?:status|messages|events|message)$/, /^\w+ \/v1\/organizations\//];

/** Folders, which look like routes. */
const FOLDERS = new Set(['/data', '/root', '/tmp', '/usr/bin', '/var/lib/regreen']);

/** Where the text before a list of routes says that they are below it. */
const PREFIXES = ['', '/api/v1', '/api/v1/notifications'];

/** Every name in a document that is nowhere in the program. */
export function unknownNames(document: Document, known: Known): string[] {
  const shell = document.blocks.filter((block) => isShell(block) || block.language === 'dotenv');
  const texts: Place[] = [...document.codes, ...shell];
  return texts.flatMap((place) => {
    const faults = [...variables(place, known), ...scripts(place, known), ...commands(place, known)];
    const single = [...routes(place, known), ...metrics(place, known)];
    return [...faults, ...single].map((fault) => `${place.document}:${place.line}: ${fault}`);
  });
}

function variables({ text }: Place, { variables, codes }: Known): string[] {
  const names = [...text.matchAll(/(?<![\w./-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])/g)].map(([name]) => name);
  const isKnown = (name: string) =>
    variables.has(name) || codes.has(name) || VARIABLES_OF_OTHERS.has(name) || PLACEHOLDERS.has(name);
  return names.filter((name) => !isKnown(name)).map((name) => `nobody reads or says ${name}`);
}

function scripts({ text }: Place, { scripts }: Known): string[] {
  const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, run, own]) => run ?? own ?? '');
  return named
    .filter((name) => !scripts.has(name) && !SCRIPTS_OF_OTHERS.has(name))
    .map((name) => `package.json has no script "${name}"`);
}

function commands({ text }: Place, { commands, options }: Known): string[] {
  const faults: string[] = [];
  if (/^--[a-z]/.test(text)) {
    const option = /^--[a-z][\w-]*/.exec(text)?.[0] ?? '';
    const isKnown =
      options.has(option) || OPTIONS_OF_OTHERS.has(option) || [...commands.values()].some((known) => known.has(option));
    if (!isKnown) faults.push(`nobody knows the option ${option}`);
  }
  for (const [, line = ''] of text.matchAll(/(?:^|[|;&(\n]\s*)(?:npx )?regreen ([^|;&\n]*)/g)) {
    const words = line.split(/[\s[\]]+/).filter((word) => word !== '');
    const { name, rest } = commandOf(words, commands);
    // What stands in capitals is a reader's to fill in.
    if (name === '' && !/^(?:-|[A-Z]+$)/.test(words[0] ?? '')) faults.push(`regreen has no command "${words[0]}"`);
    const strange = rest.map((word) => /^--[a-z][\w-]*/.exec(word)?.[0]).filter((option) => option !== undefined);
    for (const option of strange.filter((one) => !commands.get(name)?.has(one)))
      faults.push(`"regreen ${name}" has no option ${option}`);
  }
  return faults;
}

function commandOf(words: readonly string[], known: Known['commands']): { name: string; rest: readonly string[] } {
  for (let count = words.length; count > 0; count--) {
    const name = words.slice(0, count).join(' ');
    if (known.has(name)) return { name, rest: words.slice(count) };
  }
  return { name: '', rest: words };
}

function routes({ text }: Place, { routes }: Known): string[] {
  const [, method, path] = /^(?:(GET|POST|PUT|PATCH|DELETE)\s+)?(\/[\w{][\w{}./?=&:,…-]*)$/.exec(text) ?? [];
  if (path === undefined || path.startsWith('/regreen') || FOLDERS.has(path)) return [];
  if (ROUTES_OF_OTHERS.some((pattern) => pattern.test(`${method ?? 'GET'} ${path}`))) return [];
  const wanted = path.replace(/\?.*$/, '').replaceAll(/\{\w+\}|(?<=\/)[A-Z_]{2,}(?=\/|$)/g, '*');
  const answers = (route: string) => {
    const [routeMethod = '', routePath = ''] = route.split(' ');
    if (method !== undefined && method !== routeMethod) return false;
    return wanted.endsWith('…') ? routePath.startsWith(wanted.slice(0, -1)) : routePath === wanted;
  };
  const isKnown = PREFIXES.some((prefix) => [...routes].some((route) => answers(route.replace(` ${prefix}`, ' '))));
  return isKnown ? [] : [`the server does not answer ${method ?? 'anything'} ${path}`];
}

function metrics({ text }: Place, { metrics }: Known): string[] {
  const name = /^(regreen_[a-z_]+)(?:\{.*\})?$/.exec(text)?.[1];
  if (name === undefined || metrics.has(name.replace(/_(?:bucket|sum|count)$/, '')) || metrics.has(name)) return [];
  return [`there is no metric ${name}`];
}

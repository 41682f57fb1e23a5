import manifest from '@astral-sh/ruff-wasm-nodejs/package.json' with { type: 'json' };
import type { Diagnostic } from '../../diagnosis/types.ts';
import { formatFiles } from '../formatting/format-files.ts';
import { invocations } from '../formatting/invocations.ts';
import { configurationPaths, namedFiles, names, presentFiles } from '../formatting/named-files.ts';
import { agreedVersion, pinnedVersions, pinPaths } from '../formatting/pins.ts';
import { tableAt } from '../formatting/toml.ts';
import { placesOf } from '../places/places.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { RUFF_FILES, type RuffConfiguration, ruffConfiguration, ruffLayout } from './configuration.ts';
import { firstParty, presentModules } from './first-party.ts';
import { fixRules, type RuffDiagnostic } from './fix-rules.ts';
import { RUFF_NAMES } from './format-fixer.ts';
import { isLeftUnfixed, isOurs } from './rules.ts';
import { loadStyle, ruffStyle, type StyleYear } from './styles.ts';

/** Tables of [tool.ruff.lint] that say how a rule wants it; which rules count, the log says. */
const RULE_TABLES = [
  'isort',
  'flake8-quotes',
  'pyupgrade',
  'flake8-implicit-str-concat',
  'flake8-pytest-style',
  'pydocstyle',
  'pyflakes',
];
/** Options that make ruff see other things than its configuration says. */
const FOREIGN_OPTIONS = /^--(?:config|isolated|preview|extension|line-length|target-version)(?:=|$)/;

/** Makes ruff's safe fixes of rules on a list of ours, where the log names them. All errors of ruff must be gone by it. */
export const ruffLint: Fixer = {
  id: 'ruff',
  tool: 'ruff',
  version: manifest.version,
  applies: (source) => namedFiles(source, isFixable).length > 0,
  plan,
  fix,
};

/** flake8's form is ruff's, where nothing tells them apart. */
function isFinding({ tool, severity, line }: Diagnostic): boolean {
  return (tool === 'ruff' || tool === 'flake8') && severity === 'error' && line !== null;
}

function isFixable(one: Diagnostic): boolean {
  return isFinding(one) && one.fixable === true && /\.pyi?$/.test(one.path ?? '') && isOurs(one.code);
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const left = source.diagnosis.diagnostics.find((one) => isFinding(one) && !isFixable(one));
  if (left)
    return {
      declined: `ruff also names ${left.code ?? 'a fault'} in ${left.path}, for which it has no safe fix that Regreen makes.`,
    };
  if (invocations('ruff', source, {}).some((args) => args.some((one) => FOREIGN_OPTIONS.test(one)))) {
    return { declined: 'ruff is called with options that change what it sees.' };
  }
  const targets = presentFiles('ruff', source, isFixable, paths);
  if (isDeclined(targets)) return targets;
  const present = presentModules(paths);
  if (present === null) return { declined: 'The repository has too many packages to tell its own modules from those of others.' };
  const context = [...configurationPaths(targets, RUFF_FILES, paths), ...pinPaths(RUFF_NAMES, source, paths)];
  return { targets, context: [...new Set(context)], present };
}

async function fix({ source, targets, context, present = [] }: FixInput): Promise<FixResult | Declined> {
  if (invocations('ruff', source, context).some((args) => args[0] === 'check' && args.some((one) => FOREIGN_OPTIONS.test(one)))) {
    return { declined: 'ruff is called with options that change what it sees.' };
  }
  const configurations: Record<string, RuffConfiguration> = {};
  for (const path of Object.keys(targets)) {
    const configuration = ruffConfiguration(path, context);
    if (isDeclined(configuration)) return configuration;
    const { table } = configuration;
    const unfixed = findings(source, path).find(({ code }) => isLeftUnfixed(code, table, tableAt(table, 'lint')));
    if (unfixed) return { declined: `${configuration.path} does not have ruff fix ${unfixed.code}.` };
    configurations[path] = configuration;
  }
  const version = agreedVersion('ruff', pinnedVersions(RUFF_NAMES, context), ruffStyle);
  if (version && isDeclined(version)) return version;
  const year = version?.is ?? 2026;
  const mended = new Map<string, string>();
  return formatFiles(targets, {
    name: `ruff ${manifest.version}`,
    places: placesOf(source, isFixable, new Set(Object.keys(targets))),
    async format(path, text) {
      const configuration = configurations[path] ?? { path: null, table: {}, target: null };
      // Once mended there is nothing left to find, and so nothing that the log names.
      if (mended.get(path) === text) return text;
      const after = await mend({ path, text, configuration, present, named: findings(source, path), year });
      mended.set(path, after);
      return after;
    },
    keeps: () => true,
  });
}

function findings({ diagnosis }: FixSource, path: string): { code: string; line: number }[] {
  const own = diagnosis.diagnostics.filter((one) => isFixable(one) && names(one, path));
  return own.map(({ code, line }) => ({ code: code ?? '', line: line ?? 0 }));
}

interface Work {
  path: string;
  text: string;
  configuration: RuffConfiguration;
  present: readonly string[];
  named: readonly { code: string; line: number }[];
  year: StyleYear;
}

async function mend({ path, text, configuration, present, named, year }: Work): Promise<string> {
  const { Workspace, PositionEncoding } = await import('@astral-sh/ruff-wasm-nodejs');
  const checkWith = (options: object) => {
    const workspace = new Workspace(options, PositionEncoding.Utf16);
    return (code: string) => workspace.check(code) as RuffDiagnostic[];
  };
  const codes = [...new Set(named.map(({ code }) => code))];
  const check = checkWith(lintOptions(path, configuration, present, codes));
  const sanity = checkWith({ lint: { select: ['E9', 'F63', 'F7', 'F82'], ignore: ['F632'] } });
  const fixed = fixRules(
    text,
    (code) => check(code).filter((one) => one.code !== 'invalid-syntax'),
    named.map(({ code, line }) => `${code}:${line}`),
  );
  if (sanity(fixed).length > sanity(text).length) throw new Error('its fixes would leave names undefined or the syntax broken');
  const layout = ruffLayout(configuration);
  const format = isDeclined(layout) ? null : await loadStyle(year, layout);
  // A file that ruff's formatter was content with stays so.
  return format !== null && format(path, text) === text ? format(path, fixed) : fixed;
}

function lintOptions(
  file: string,
  { path, table, target }: RuffConfiguration,
  present: readonly string[],
  codes: readonly string[],
): object {
  const lint = tableAt(table, 'lint');
  const kept = Object.fromEntries(RULE_TABLES.map((name) => [name, { ...tableAt(table, name), ...tableAt(lint, name) }]));
  const isort = kept['isort'] ?? {};
  const known = Array.isArray(isort['known-first-party']) ? (isort['known-first-party'] as unknown[]) : [];
  const sources = Array.isArray(table['src'])
    ? table['src'].filter((one): one is string => typeof one === 'string')
    : ['.', 'src'];
  const folder = (path ?? '').slice(0, (path ?? '').lastIndexOf('/') + 1);
  return {
    ...(typeof table['line-length'] === 'number' ? { 'line-length': table['line-length'] } : {}),
    ...(target === null ? {} : { 'target-version': target }),
    lint: {
      ...Object.fromEntries(Object.entries(kept).filter(([, value]) => Object.keys(value).length > 0)),
      isort: { ...isort, 'known-first-party': [...new Set([...known, ...firstParty(file, folder, sources, present)])] },
      select: codes,
    },
  };
}

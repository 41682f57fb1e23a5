import type { Options } from 'prettier';
import { invocations, readOptions } from '../formatting/invocations.ts';
import type { Declined, Files, FixSource } from '../types.ts';

/** Options of layout with a value. https://prettier.io/docs/options */
const VALUES: Readonly<Record<string, keyof Options>> = {
  'print-width': 'printWidth',
  'tab-width': 'tabWidth',
  'quote-props': 'quoteProps',
  'trailing-comma': 'trailingComma',
  'object-wrap': 'objectWrap',
  'arrow-parens': 'arrowParens',
  'prose-wrap': 'proseWrap',
  'html-whitespace-sensitivity': 'htmlWhitespaceSensitivity',
  'end-of-line': 'endOfLine',
  'embedded-language-formatting': 'embeddedLanguageFormatting',
  'experimental-operator-position': 'experimentalOperatorPosition',
};
/** Those that are on or off, as they are written. */
const SWITCHES: Readonly<Record<string, readonly [keyof Options, boolean]>> = {
  'use-tabs': ['useTabs', true],
  'no-semi': ['semi', false],
  'single-quote': ['singleQuote', true],
  'jsx-single-quote': ['jsxSingleQuote', true],
  'no-bracket-spacing': ['bracketSpacing', false],
  'bracket-same-line': ['bracketSameLine', true],
  'vue-indent-script-and-style': ['vueIndentScriptAndStyle', true],
  'single-attribute-per-line': ['singleAttributePerLine', true],
  'experimental-ternaries': ['experimentalTernaries', true],
};
/** What changes no layout: https://prettier.io/docs/cli */
const HARMLESS = [
  ...['check', 'list-different', 'write', 'ignore-unknown', 'no-error-on-unmatched-pattern', 'with-node-modules', 'no-cache'],
  ...['cache', 'color', 'no-color', 'no-plugin-search', 'error-on-unmatched-pattern'],
];
const HARMLESS_VALUES = ['ignore-path', 'log-level', 'loglevel', 'cache-location', 'cache-strategy'];

const FLAGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...Object.keys(VALUES), ...HARMLESS_VALUES].map((name) => [`--${name}`, `${name}=`])),
  ...Object.fromEntries([...Object.keys(SWITCHES), ...HARMLESS].map((name) => [`--${name}`, name])),
  ...{ '-c': 'check', '-l': 'list-different', '-w': 'write', '-u': 'ignore-unknown' },
  ...{ '--config': 'config=', '--config-precedence': 'config-precedence=' },
  ...{ '--no-config': 'no-config', '--no-editorconfig': 'no-editorconfig' },
};
const CHECKS = /^(?:--check|--list-different|-[a-z]{0,3}[cl][a-z]{0,3})$/;
const PROGRAM = /\.(?:js|mjs|cjs|ts|mts|cts)$/;

/** What the command line says about the layout. */
export interface CommandOptions {
  layout: Options;
  /** Which of both counts, where the configuration says otherwise. */
  precedence: 'cli-override' | 'file-override' | 'prefer-file';
  /** The configuration file that it names, as a path of the repository; `null` for none at all; else prettier looks for it. */
  config?: string | null;
  editorconfig: boolean;
}

/** How the repository calls prettier: as it does where it checks, or everywhere in one way. */
export function commandOptions(source: FixSource, context: Files): CommandOptions | Declined {
  const calls = invocations('prettier', source, context);
  const checking = calls.filter((args) => args.some((one) => CHECKS.test(one)));
  const read = (checking.length > 0 ? checking : calls).map((args) => readCall(args, context));
  const declined = read.find((one) => 'declined' in one);
  if (declined) return declined;
  const [first] = read;
  if (first === undefined) return { layout: {}, precedence: 'cli-override', editorconfig: true };
  const differs = read.some((one) => JSON.stringify(one) !== JSON.stringify(first));
  return differs ? { declined: 'The repository calls prettier with different options in different places.' } : first;
}

function readCall(args: readonly string[], context: Files): CommandOptions | Declined {
  const { values, flags, unknown } = readOptions(args, FLAGS);
  if (unknown.includes('--plugin')) return { declined: 'prettier is called with a plugin, which is code.' };
  if (unknown[0] !== undefined) return { declined: `prettier is called with ${unknown[0]}, which Regreen doesn't honour.` };
  const layout: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(VALUES)) {
    const value = values.get(name);
    if (value !== undefined) layout[option] = /^\d+$/.test(value) ? Number(value) : value;
  }
  for (const [name, [option, value]] of Object.entries(SWITCHES)) if (flags.has(name)) layout[option] = value;
  const precedence = values.get('config-precedence') ?? 'cli-override';
  if (precedence !== 'cli-override' && precedence !== 'file-override' && precedence !== 'prefer-file') {
    return { declined: `prettier is called with --config-precedence ${precedence}, which it doesn't have.` };
  }
  const options = { layout, precedence, editorconfig: !flags.has('no-editorconfig') } as const;
  const named = values.get('config');
  if (flags.has('no-config')) return { ...options, config: null };
  return named === undefined ? options : withConfiguration(options, named, context);
}

/** The folder in which prettier ran is not known: the name must fit one file of those that were asked for. */
function withConfiguration(options: CommandOptions, named: string, context: Files): CommandOptions | Declined {
  if (PROGRAM.test(named)) return { declined: `${named} is a program, and Regreen runs no code of the repository.` };
  const plain = named.replace(/^(?:\.{1,2}\/)+/, '');
  const places = Object.keys(context).filter((path) => path === plain || path.endsWith(`/${plain}`));
  const [config] = places.includes(plain) ? [plain] : places;
  if (config === undefined || (places.length > 1 && config !== plain)) {
    return { declined: `prettier is called with --config ${named}, which can't be found.` };
  }
  return { ...options, config };
}

/** The layout for a file, of what its configuration says (`null` where it has none) and the command line. */
export function combined(configured: Options | null, { layout, precedence }: CommandOptions): Options {
  if (precedence === 'prefer-file') return configured ?? layout;
  return precedence === 'file-override' ? { ...layout, ...configured } : { ...configured, ...layout };
}

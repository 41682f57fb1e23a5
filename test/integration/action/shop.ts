import { SHOP_FILES } from '../../../src/demo/shop.ts';

/** Rights that the action can use: to read runs, to show, and to fix. */
const RIGHTS = { actions: 'read', checks: 'write', contents: 'write', 'pull-requests': 'write' };

export interface LastJob {
  permissions?: Record<string, string>;
  /** Under `with:` of the action. */
  inputs?: Record<string, string>;
  /** Under `with:` of the checkout before it. */
  checkout?: Record<string, string>;
}

/** A workflow whose last job is the action: as docs/action.md has it. */
export function workflow(job: string, { permissions = RIGHTS, inputs = {}, checkout = CLEAN }: LastJob = {}): string {
  return `name: CI
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  format:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
${indented(job, 6)}
  regreen:
    if: failure()
    needs: [format]
    runs-on: ubuntu-latest
    permissions:
${indented(yaml(permissions), 6)}
    steps:
      - uses: actions/checkout@v5
        with:
${indented(yaml(checkout), 10)}
      - id: regreen
        uses: regreen/regreen@v1
        with:
${indented(yaml({ token: expression('github.token'), ...inputs }), 10)}
      - run: echo "outputs ${OUTPUTS}"
`;
}

const OUTPUTS = ['cause', 'verdict', 'fix', 'pull-request']
  .map((name) => `${name}=${expression(`steps.regreen.outputs.${name}`)}`)
  .join(' ');

const CLEAN = { 'persist-credentials': 'false' };

/** The step that checks the formatting. */
export const CHECK_STEP = `- name: Check the formatting
  run: npm run check:format`;

/** The shop with this workflow, and what regreen.yml says. */
export function shop(ci: string, files: Record<string, string> = {}): Record<string, string> {
  return { ...SHOP_FILES, '.github/workflows/ci.yml': ci, ...files };
}

/** What the runner puts a value in the place of. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

function yaml(map: Record<string, string>): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');
}

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n');
}

/** A linter that prints as ESLint does, and mends all that it sees. */
export const LINT = `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
const fix = process.argv.includes('--fix');
const files = fix ? readdirSync('src').map((name) => 'src/' + name) : process.argv.slice(2);
let found = 0;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  if (!text.startsWith('var ')) continue;
  found++;
  if (fix) writeFileSync(file, text.replace(/^var /, 'const '));
  else console.log('\\n' + process.cwd() + '/' + file + '\\n  1:1  error  Unexpected var, use let or const instead  no-var\\n');
}
if (fix) {
  console.log('::error file=src/app.js::injected');
  console.log('token in reach: ' + (process.env.TOKEN || 'none') + ', inputs: ' + Object.keys(process.env).filter((one) => one.startsWith('INPUT_')).length);
}
if (found > 0 && !fix) {
  console.log('✖ ' + found + ' problem (' + found + ' error, 0 warnings)');
  process.exit(1);
}
`;

import { describe, expect, it } from 'vitest';
import { commandsIn, UnendedCommand } from '../../../scripts/documents/commands.ts';
import { readDocument } from '../../../scripts/documents/document.ts';
import { blockFaults, runByNobody, untold } from '../../../scripts/documents/faults.ts';
import type { Known } from '../../../scripts/documents/known.ts';
import { brokenLinks } from '../../../scripts/documents/links.ts';
import { markedCommands } from '../../../scripts/documents/marks.ts';
import { unknownNames } from '../../../scripts/documents/names.ts';
import { missingLine } from '../../docs/shape.ts';

const KNOWN: Known = {
  variables: new Set(['PORT', 'DATABASE_URL']),
  scripts: new Set(['test', 'bench']),
  commands: new Map([
    ['', new Set(['--help'])],
    ['doctor', new Set(['--json'])],
    ['keys', new Set()],
    ['keys create', new Set(['--name'])],
  ]),
  options: new Set(['--runs']),
  routes: new Set(['GET /health', 'GET /api/v1/incidents/*']),
  metrics: new Set(['regreen_jobs_total']),
  alerts: new Set(['RegreenDown']),
  codes: new Set(['PORT_TAKEN']),
  action: { inputs: new Set(['token']), outputs: new Set(['cause']) },
  ci: new Set(['npm ci', 'npm test']),
};

const document = (text: string) => readDocument('docs/a.md', text);
const block = (comments: string, shell: string) => document(`${comments}\n\`\`\`sh\n${shell}\n\`\`\`\n`);

/** Protects readers: what a document shows is run or says why not, and what it names is there. */
describe('commands of a block', () => {
  it.each<[string, string[]]>([
    ['npm ci && npm test  # all\n\n# only a comment\nnpm start', ['npm ci', 'npm test', 'npm start']],
    ['a; b | c', ['a', 'b | c']],
    ['curl --json \'{"a":1,\n  "b":"x && y; z # w"}\' "$API"', ['curl --json \'{"a":1,\n  "b":"x && y; z # w"}\' "$API"']],
    ['echo "$(date && true)" $(a; b)', ['echo "$(date && true)" $(a; b)']],
    ['a \\\n  --b', ['a \\\n  --b']],
    ['open http://a/#b', ['open http://a/#b']],
  ])('%j are %j', (shell, commands) => {
    expect(commandsIn(shell)).toEqual(commands);
  });

  it.each(["echo 'a", 'echo "a', 'echo $(a'])('%j ends nowhere', (shell) => {
    expect(() => commandsIn(shell)).toThrow(UnendedCommand);
  });
});

describe('marks', () => {
  it('without one a command fails the check', () => {
    expect(markedCommands(block('', 'npm ci')).faults).toEqual([
      'docs/a.md:2: `npm ci` is neither run nor marked as not run (scripts/documents/marks.ts)',
    ]);
    expect(markedCommands(block('<!-- run: `a` -->', 'a\nb')).faults).toHaveLength(1);
    expect(markedCommands(block('<!-- runs -->', 'a')).faults).toHaveLength(1);
  });

  it('one is about its commands, or about all that no other names', () => {
    const marks = '<!-- run by `.ci/run`: `a`, `b` -->\n<!-- not run: `c`: there is no reason -->\n<!-- run -->';
    const { commands, faults } = markedCommands(block(marks, 'a && b\nc\nd'));
    expect(faults).toEqual([]);
    expect(commands.map(({ command, fate }) => [command, fate.kind])).toEqual([
      ['a', 'elsewhere'],
      ['b', 'elsewhere'],
      ['c', 'not run'],
      ['d', 'run'],
    ]);
  });

  it('one that names what is not shown, or gives no reason, fails the check', () => {
    expect(markedCommands(block('<!-- not run: `e`: old -->', 'a')).faults[0]).toContain('`e`');
    expect(markedCommands(block('<!-- not run -->', 'a')).faults).toHaveLength(1);
  });

  it('who is said to run a command must be there, and run it', () => {
    const by = (who: string, command: string) => runByNobody(block(`<!-- run by \`${who}\` -->`, command), KNOWN);
    expect(by('.ci/run', 'npm ci')).toEqual([]);
    expect(by('.ci/run', 'npm run gone')).toHaveLength(1);
    expect(by('npm run bench', 'anything')).toEqual([]);
    expect(by('npm run gone', 'anything')).toHaveLength(1);
  });

  it('holds within lists, and only directly before the block', () => {
    expect(markedCommands(document('1. a\n\n   <!-- run -->\n   ```sh\n   b\n   ```\n')).commands).toHaveLength(1);
    expect(markedCommands(document('<!-- run -->\n\nwords\n\n```sh\nb\n```\n')).faults).toHaveLength(1);
  });
});

describe('names', () => {
  it.each([
    '`PORT`, `PORT_TAKEN`, `DATABASE_URL=postgresql://a`',
    '`npm test`, `npm run bench -- --runs 5`, `--runs 5`',
    '`npx regreen doctor --json`, `regreen keys create --name me`, `a | regreen doctor`',
    '`GET /health`, `/health`, `/health…`, `GET /incidents/{id}`, `/api/v1/incidents/ID`',
    '`regreen_jobs_total`, `regreen_jobs_total{queue="a"}`',
    'what is no code: GONE_VARIABLE, npm run gone, /gone',
  ])('%s are known', (text) => {
    expect(unknownNames(document(text), KNOWN)).toEqual([]);
  });

  it.each([
    '`GONE_VARIABLE`',
    '`npm run gone`',
    '`--gone`',
    '`npx regreen gone`',
    '`regreen doctor --gone`',
    '`regreen keys create --json`',
    '`POST /health`',
    '`/gone`',
    '`regreen_gone_total`',
    '```sh\nregreen gone\n```',
    '```dotenv\nGONE_VARIABLE=1\n```',
  ])('%j is not', (text) => {
    expect(unknownNames(document(text), KNOWN)).toHaveLength(1);
  });

  it('what there is must be told of', () => {
    expect(untold([document('`PORT`')], { ...KNOWN, variables: new Set(['PORT', 'HOST']) })).toContain(
      'no document tells of the variable HOST',
    );
    expect(untold([], KNOWN)).toEqual(
      expect.arrayContaining([
        'no document tells of "npm run bench"',
        'no document tells of "regreen keys create"',
        "no document tells of the action's token",
        'docs/operations.md does not say what RegreenDown means',
      ]),
    );
  });
});

describe('links and blocks', () => {
  it('lead to files and headings that are there', () => {
    const root = new URL('../../..', import.meta.url).pathname;
    const other = readDocument('docs/b.md', '# It’s a `thing`, twice\n');
    const there = (text: string) => readDocument('docs/access.md', text);
    const faults = (text: string) => brokenLinks(there(text), [there(text), other], root);
    expect(faults('[a](../README.md) [b](https://example.com) `src/cli.ts` `src/`')).toEqual([]);
    expect(faults('[a](gone.md)')).toHaveLength(1);
    expect(faults('# Here\n[a](#here)')).toEqual([]);
    expect(faults('[a](#nowhere)')).toHaveLength(1);
    expect(faults('`src/gone.ts`')).toHaveLength(1);
  });

  it('an example of regreen.yml or of a workflow that is none is seen', () => {
    const faults = (language: string, text: string) =>
      document(`\`\`\`${language}\n${text}\n\`\`\`\n`).blocks.flatMap((one) => blockFaults(one, KNOWN));
    expect(faults('yaml', 'mode: fix')).toEqual([]);
    expect(faults('yaml', 'mode: fixed')).toHaveLength(1);
    const uses = (input: string) =>
      `jobs:\n  a:\n    steps:\n      - uses: regreen/regreen@v1\n        with:\n          ${input}: a`;
    expect(faults('yaml', uses('token'))).toEqual([]);
    expect(faults('yaml', uses('gone'))).toHaveLength(1);
    expect(faults('', 'words')).toHaveLength(1);
    expect(faults('text', 'words')).toHaveLength(1);
  });

  it('output has the shape that is shown, in its order', () => {
    const shown = 'ok  3.0 s  Workflow "CI" ran\n\n     opens #2 on regreen/ci-952c1f182750-pr1-084d';
    expect(
      missingLine(shown, ['ok 12.4 s  Workflow "CI" ran', 'more', '  opens #31 on regreen/ci-0a1b2c3d4e5f-pr9-7f00']),
    ).toBeNull();
    expect(missingLine(shown, ['ok 1 s  Workflow "CI" did not'])).toContain('Workflow');
    expect(missingLine('a\nb', ['b', 'a'])).toBe('b');
  });
});

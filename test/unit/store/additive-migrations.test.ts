import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrationProvider } from '../../../src/store/migrations/index.ts';

/** What 0.1.0 starts with had no version before it that could be running beside it. */
const LAST_OF_FIRST_RELEASE = 40;

const NAME = String.raw`(?:"[^"]+"|[\w.]+)`;

/** What an older program that runs beside it would trip over: what it reads or writes is gone, called otherwise, or wants more. */
const BREAKING: readonly [RegExp, string][] = [
  [/\bdrop\s+(?:table|column|view|function|type|sequence)\b/i, 'takes something away'],
  [/\brename\b/i, 'renames something'],
  [new RegExp(String.raw`\balter\s+column\s+${NAME}\s+(?:set\s+data\s+)?type\b`, 'i'), 'changes a type'],
  [
    new RegExp(String.raw`\balter\s+column\s+${NAME}\s+(?:set\s+not\s+null|drop\s+default)\b`, 'i'),
    'wants what the older program does not write',
  ],
  [/\badd\s+column\b(?=[^,;]*\bnot\s+null\b)(?![^,;]*\b(?:default|generated)\b)/i, 'wants what the older program does not write'],
  [/\btruncate\b/i, 'empties a table'],
];

function faultsOf(statement: string): string[] {
  return BREAKING.filter(([pattern]) => pattern.test(statement)).map(([, fault]) => fault);
}

/** The statements that a migration would send. */
async function statementsOf(name: string): Promise<string[]> {
  const statements: string[] = [];
  const database = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  const migrations = await migrationProvider.getMigrations();
  await migrations[name]?.up(database);
  return statements;
}

// Protects rolling updates: while processes are replaced, the old version works on the schema of the new one. What must go, goes a
// release after the last program that knew it.
describe('migrations after the first release only add', () => {
  it('whatever has been added', async () => {
    const names = Object.keys(await migrationProvider.getMigrations());
    expect(names.length).toBeGreaterThan(0);
    for (const name of names.filter((one) => Number(one.slice(0, 4)) > LAST_OF_FIRST_RELEASE)) {
      for (const statement of await statementsOf(name)) expect(faultsOf(statement), `${name}: ${statement}`).toEqual([]);
    }
  });

  it('and what would break is seen where it was done before', async () => {
    const found = (await statementsOf('0011-figures-apart')).flatMap(faultsOf);
    expect(found).toContain('takes something away');
  });

  it.each([
    'create table a (id bigint primary key, name text not null)',
    'alter table a add column b text',
    "alter table a add column b text not null default ''",
    'alter table a add column b bigint generated always as identity',
    'create index concurrently a_b on a (b)',
    'create or replace function f() returns trigger language plpgsql as $$ begin return new; end $$',
  ])('%s only adds', (statement) => {
    expect(faultsOf(statement)).toEqual([]);
  });

  it.each([
    'alter table a add column b text not null',
    'alter table a alter column b set not null',
    'alter table a alter column b type bigint',
    'alter table a alter column b set data type bigint',
    'alter table a drop column b',
    'alter table a rename to c',
    'drop table a',
    'truncate a',
  ])('%s does not', (statement) => {
    expect(faultsOf(statement)).not.toEqual([]);
  });
});

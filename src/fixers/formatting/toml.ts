import { parse } from 'smol-toml';
import type { Declined } from '../types.ts';

export type Table = Readonly<Record<string, unknown>>;

/** Reads TOML; says why when it can't be read. */
export function readToml(text: string): { table: Table } | Declined {
  try {
    return { table: parse(text) };
  } catch (error) {
    return { declined: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'it is no TOML' };
  }
}

/** The table under some keys; empty where there is none. */
export function tableAt(table: Table, ...keys: readonly string[]): Table {
  return keys.reduce<Table>((inside, key) => (isTable(inside[key]) ? inside[key] : {}), table);
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Two tables as one, key by key and table by table; what the second says counts. */
export function mergedTables(first: Table, second: Table): Table {
  const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  return Object.fromEntries(
    keys.map((key) => {
      const [one, other] = [first[key], second[key]];
      return [key, isTable(one) && isTable(other) ? mergedTables(one, other) : (other ?? one)];
    }),
  );
}

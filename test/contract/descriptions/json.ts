import { readFile } from 'node:fs/promises';

/** Any JSON value, and the narrow ways to look into one that came from a file or over HTTP. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a key; empty when there is none. */
export function objectAt(value: Json | undefined, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

/** The objects of the list at a key; empty when there is none. */
export function objectsAt(value: Json | undefined, key: string): JsonObject[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** The object that `#/a/b/c` names in a document. Throws when there is none. */
export function resolveReference(document: JsonObject, reference: string): JsonObject {
  if (!reference.startsWith('#/')) throw new Error(`${reference} is not within the document`);
  let found: Json | undefined = document;
  for (const part of reference.slice(2).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[key] : undefined;
  }
  if (!isObject(found)) throw new Error(`the description has no ${reference}`);
  return found;
}

/** Follows `$ref` when the object is one. */
export function dereference(document: JsonObject, value: JsonObject): JsonObject {
  const reference = value['$ref'];
  return typeof reference === 'string' ? resolveReference(document, reference) : value;
}

/** A file of one of the packages that hold GitHub's descriptions. */
export async function readPackageJson(path: string): Promise<JsonObject> {
  return JSON.parse(await readFile(new URL(`../node_modules/${path}`, import.meta.url), 'utf8'));
}

import type { Difference } from './compiler.ts';
import { isObject, type Json, type JsonObject, objectAt, objectsAt } from './json.ts';

type FindComponent = (name: string) => JsonObject;

/**
 * Properties of a value that no part of its schema describes. JSON Schema lets them pass, but a property that GitHub's
 * description does not have is one that GitHub does not send. Schemas that leave their properties open are left open.
 */
export function undescribedProperties(schema: JsonObject, value: Json, find: FindComponent, pointer = ''): Difference[] {
  const parts = partsOf(schema, find);
  if (Array.isArray(value)) {
    const items = parts.map((part) => part['items']).filter(isObject);
    if (items.length === 0) return [];
    return value.flatMap((one, index) => undescribedProperties({ anyOf: items }, one, find, `${pointer}/${index}`));
  }
  if (!isObject(value)) return [];
  const described = parts.filter((part) => isObject(part['properties']));
  if (described.length === 0 || parts.some(isOpen)) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const schemas = described.map((part) => objectAt(part, 'properties')[key]).filter(isObject);
    if (schemas.length > 0) return undescribedProperties({ anyOf: schemas }, one, find, place);
    return [{ pointer: place, keyword: 'undescribed', message: 'is not a property that the description knows' }];
  });
}

/** The schema and all that it is put together from, references followed. */
function partsOf(schema: JsonObject, find: FindComponent, seen = new Set<string>()): JsonObject[] {
  const reference = schema['$ref'];
  const inner = [...objectsAt(schema, 'allOf'), ...objectsAt(schema, 'anyOf'), ...objectsAt(schema, 'oneOf')];
  const referred = typeof reference === 'string' && !seen.has(reference) ? [find(reference)] : [];
  if (typeof reference === 'string') seen.add(reference);
  return [schema, ...[...inner, ...referred].flatMap((one) => partsOf(one, find, seen))];
}

/** Free-form: `additionalProperties` says so, or an object about whose properties nothing is said. */
function isOpen(part: JsonObject): boolean {
  const additional = part['additionalProperties'];
  if (additional !== undefined && additional !== false) return true;
  const types = [part['type']].flat();
  return types.includes('object') && !isObject(part['properties']);
}

import type { Check, SchemaCompiler } from './compiler.ts';
import { dereference, isObject, type Json, type JsonObject, objectAt, objectsAt } from './json.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export interface Parameter {
  name: string;
  place: 'path' | 'query';
  required: boolean;
  schema: JsonObject;
  check: Check;
}

/** One operation of GitHub's REST API. */
export interface Operation {
  /** `GET /repos/{owner}/{repo}`: names it in reports and exceptions. */
  key: string;
  pattern: RegExp;
  source: JsonObject;
  parameters: Parameter[];
}

/** What the description says of an answer's body. */
export type AnswerSchema = { check: Check } | 'no body' | 'text' | 'not described';

/** GitHub's description of its REST API, for looking up what a request and its answer must be. */
export class RestDescription {
  private readonly document: JsonObject;
  private readonly compiler: SchemaCompiler;
  private readonly operations: Operation[];

  constructor(document: JsonObject, compiler: SchemaCompiler) {
    this.document = document;
    this.compiler = compiler;
    this.operations = Object.entries(objectAt(document, 'paths')).flatMap(([path, item]) => this.readPath(path, item));
    this.operations.sort((a, b) => specificity(b.key) - specificity(a.key));
  }

  has(key: string): boolean {
    return this.operations.some((operation) => operation.key === key);
  }

  /** The operation that a request is for; the one with the fewest parameters in its path when several fit. */
  find(method: string, pathname: string): Operation | undefined {
    const wanted = `${method} ${pathname}`;
    return this.operations.find((operation) => operation.pattern.test(wanted));
  }

  /** `null` when the operation takes no JSON body. */
  requestBody(operation: Operation): { required: boolean; check: Check } | null {
    const body = objectAt(operation.source, 'requestBody');
    const schema = objectAt(body, 'content')['application/json'];
    if (!isObject(schema)) return null;
    return { required: body['required'] === true, check: this.compiler.compile(objectAt(schema, 'schema')) };
  }

  answer(operation: Operation, status: number, contentType: string): AnswerSchema {
    const found = objectAt(operation.source, 'responses')[String(status)];
    if (!isObject(found)) return 'not described';
    const content = dereference(this.document, found)['content'];
    if (!isObject(content)) return 'no body';
    const [mediaType = ''] = contentType.split(';');
    const described = content[mediaType];
    if (!isObject(described)) return 'not described';
    if (mediaType !== 'application/json') return 'text';
    return { check: this.compiler.compile(objectAt(described, 'schema')) };
  }

  /** A schema of the description's components by its name. */
  component(name: string): Check {
    return this.compiler.compile({ $ref: `#/components/schemas/${name}` });
  }

  private readPath(path: string, item: Json): Operation[] {
    if (!isObject(item)) return [];
    const shared = objectsAt(item, 'parameters');
    return METHODS.flatMap((method) => {
      const source = item[method];
      if (!isObject(source)) return [];
      const given = [...shared, ...objectsAt(source, 'parameters')].map((one) => dereference(this.document, one));
      const key = `${method.toUpperCase()} ${path}`;
      return [{ key, source, pattern: patternOf(key, given), parameters: given.flatMap((one) => this.readParameter(one)) }];
    });
  }

  private readParameter(given: JsonObject): Parameter[] {
    const { name, in: place, required } = given;
    if (typeof name !== 'string' || (place !== 'path' && place !== 'query')) return [];
    const schema = objectAt(given, 'schema');
    const { compiler } = this;
    return [{ name, place, required: required === true, schema, check: (value) => compiler.compile(schema)(value) }];
  }
}

/** Parameters hold no slash, unless the description calls them `x-multi-segment`; a path may be the root, which is empty. */
function patternOf(key: string, parameters: readonly JsonObject[]): RegExp {
  const escaped = key.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const source = escaped.replace(/\/\{([^}]+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one['name'] === name);
    const group = `(?<${name.replace(/\W/g, '_')}>${parameter?.['x-multi-segment'] === true ? '.+' : '[^/]+'})`;
    return name === 'path' ? `(?:/${group})?` : `/${group}`;
  });
  return new RegExp(`^${source}$`);
}

/** More segments before fewer, then fewer parameters before more. */
function specificity(key: string): number {
  return key.split('/').length * 100 - key.split('{').length;
}

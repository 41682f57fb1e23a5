import type { Check, SchemaCompiler } from './compiler.ts';
import { isObject, type JsonObject, objectAt, objectsAt } from './json.ts';

/** What the description says of one kind of webhook. */
export interface WebhookSchema {
  check: Check;
  /** Names of the headers that every delivery has, in lower case. */
  headers: string[];
}

/** GitHub's description of its webhooks. */
export class WebhookDescription {
  private readonly webhooks: JsonObject;
  private readonly compiler: SchemaCompiler;

  constructor(document: JsonObject, compiler: SchemaCompiler) {
    this.webhooks = objectAt(document, 'webhooks');
    this.compiler = compiler;
  }

  /** The schema of `check_run` + `requested_action`; `undefined` when GitHub has no such webhook. */
  find(event: string, action: string | null): WebhookSchema | undefined {
    const name = (action === null ? event : `${event}-${action}`).replaceAll('_', '-');
    const webhook = this.webhooks[name];
    if (!isObject(webhook)) return undefined;
    const post = objectAt(webhook, 'post');
    const schema = objectAt(objectAt(objectAt(objectAt(post, 'requestBody'), 'content'), 'application/json'), 'schema');
    const headers = objectsAt(post, 'parameters').filter((one) => one['in'] === 'header' && one['required'] === true);
    return { check: this.compiler.compile(schema), headers: headers.map((one) => String(one['name']).toLowerCase()) };
  }
}

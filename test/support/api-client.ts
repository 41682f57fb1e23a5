import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../schema/openapi.d.ts';

/** A client whose types are made of `schema/openapi.json`: what compiles against it, the description allows. */
export type ApiClient = Client<paths>;

export function apiClient(origin: string, key: string): ApiClient {
  return createClient<paths>({ baseUrl: origin, headers: { authorization: `Bearer ${key}` } });
}

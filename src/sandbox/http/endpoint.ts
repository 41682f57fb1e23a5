import type { paths } from '@octokit/openapi-types';
import type { ZodType } from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Need } from '../auth/permissions.ts';
import type { Platform } from '../platform.ts';
import type { Account, Repository } from '../state/model.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? paths[P][M] : never;
type Responses<P extends keyof paths, M extends Method> = Operation<P, M> extends { responses: infer R } ? R : never;
type Success = 200 | 201 | 202 | 204 | 302;
type BodyOf<R> = R extends { content: infer C } ? C[keyof C] : undefined;

/** What the route may answer, by GitHub's own description: one member for each status of success. */
export type Answer<P extends keyof paths, M extends Method> = {
  [S in keyof Responses<P, M> & Success]: BodyOf<Responses<P, M>[S]> extends undefined
    ? { status: S; body?: undefined; headers?: Record<string, string> }
    : { status: S; body: BodyOf<Responses<P, M>[S]>; headers?: Record<string, string> };
}[keyof Responses<P, M> & Success];

/** An answer in a media type that the description leaves out, such as `application/vnd.github.raw`. */
export class RawAnswer {
  readonly contentType: string;
  readonly content: Buffer | string;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(contentType: string, content: Buffer | string, status = 200, headers: Record<string, string> = {}) {
    this.contentType = contentType;
    this.content = content;
    this.status = status;
    this.headers = headers;
  }
}

/** Names between braces in a path template. */
type ParameterOf<P extends string> = string extends P
  ? string
  : P extends `${string}{${infer Name}}${infer Rest}`
    ? Name | ParameterOf<Rest>
    : never;

/** What a handler is given. */
export interface Call<P extends string, B> {
  platform: Platform;
  params: Record<ParameterOf<P>, string>;
  query: URLSearchParams;
  body: B;
  caller: Caller;
  /** The token that the caller showed; empty without one. */
  token: string;
  /** In whose name the caller writes; throws 403 when there is none. */
  actor(): Account;
  /** Media types that the client wants. */
  accept: string;
  url: URL;
}

export interface RepositoryCall<P extends string, B> extends Call<P, B> {
  repository: Repository;
}

type CallFor<P extends string, B> = P extends `/repos/{owner}/{repo}${string}` ? RepositoryCall<P, B> : Call<P, B>;

/** Who may call: the app by its JWT, an installation, anybody; or whoever has one of the permissions in the repository. */
export type Access = 'app' | 'installation' | 'anybody' | readonly Need[];

interface EndpointOptions<P extends keyof paths & string, M extends Method, B> {
  access: Access;
  /** Page below https://docs.github.com/en/rest/ that describes the endpoint and its permission. */
  source: string;
  /** Whether it creates content in the sense of the secondary rate limits. Default: every POST. */
  content?: boolean;
  body?: ZodType<B>;
  handle(call: CallFor<P, B>): Promise<Answer<P, M> | RawAnswer> | Answer<P, M> | RawAnswer;
}

/** A route of the API with its path, access and handler; what `register` takes. */
export interface Endpoint {
  method: Method;
  path: string;
  access: Access;
  source: string;
  content: boolean;
  body: ZodType<unknown> | undefined;
  handle(call: RepositoryCall<string, unknown> | Call<string, unknown>): Promise<AnyAnswer> | AnyAnswer;
}

export type AnyAnswer = { status: number; body?: unknown; headers?: Record<string, string> } | RawAnswer;

/**
 * Declares one route. The path must be one of GitHub's (`keyof paths`), and the handler's answer must have the shape
 * that GitHub's description gives that path and method: otherwise the type check fails.
 */
export function endpoint<P extends keyof paths & string, M extends Method, B = undefined>(
  method: M,
  path: P,
  options: EndpointOptions<P, M, B>,
): Endpoint {
  return {
    method,
    path,
    access: options.access,
    source: `https://docs.github.com/en/rest/${options.source}`,
    content: options.content ?? method === 'post',
    body: options.body,
    // The server builds the call from the same path and checks the body by the same schema: both are what the handler says.
    handle: (call) => options.handle(call as CallFor<P, B>),
  };
}

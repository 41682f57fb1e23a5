import { isObject } from '../descriptions/json.ts';
import type { Operation, Parameter, RestDescription } from '../descriptions/rest.ts';
import type { Exchange } from '../recording/recorder.ts';
import type { Problem } from './problem.ts';

/**
 * Refusals that GitHub gives at any endpoint, whether or not that endpoint's description lists them, with the
 * component that describes their body.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
const COMMON_REFUSALS: Readonly<Record<number, string>> = {
  400: 'basic-error',
  401: 'basic-error',
  403: 'basic-error',
  404: 'basic-error',
  422: 'validation-error-simple',
};

/** Headers on every answer. Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const HEADERS = ['limit', 'remaining', 'used', 'reset', 'resource'].map((name) => `x-ratelimit-${name}`);

/** Holds one exchange against the description of its operation. A request that was refused may be wrong itself. */
export function checkExchange(description: RestDescription, operation: Operation, exchange: Exchange): Problem[] {
  const request = exchange.status < 400 ? checkRequest(description, operation, exchange) : [];
  return [...request, ...checkAnswer(description, operation, exchange)].map((one) => ({ subject: operation.key, ...one }));
}

type Found = Omit<Problem, 'subject'>;

function problem(part: string, keyword: string, message: string, pointer = ''): Found {
  return { part, pointer, keyword, message };
}

function checkRequest(description: RestDescription, operation: Operation, exchange: Exchange): Found[] {
  return [
    ...checkPath(operation, exchange),
    ...checkQuery(operation, exchange.url.searchParams),
    ...checkBody(description, operation, exchange),
  ];
}

function checkPath(operation: Operation, { method, url }: Exchange): Found[] {
  const given = operation.pattern.exec(`${method} ${url.pathname}`)?.groups ?? {};
  return operation.parameters
    .filter((parameter) => parameter.place === 'path')
    .flatMap((parameter) => checkParameter('path', parameter, decodeURIComponent(given[parameter.name] ?? '')));
}

function checkQuery(operation: Operation, query: URLSearchParams): Found[] {
  const known = operation.parameters.filter((parameter) => parameter.place === 'query');
  const unknown = [...query.keys()].filter((name) => !known.some((parameter) => parameter.name === name));
  const wrong = known.flatMap((parameter) => {
    const text = query.get(parameter.name);
    if (text !== null) return checkParameter('query', parameter, text);
    return parameter.required ? [problem('query', 'required', 'is missing', `/${parameter.name}`)] : [];
  });
  return [...unknown.map((name) => problem('query', 'undescribed', 'is not described', `/${name}`)), ...wrong];
}

/** Text may stand for a number or a truth value; it is right when one of its readings is. */
function checkParameter(part: string, { name, check }: Parameter, text: string): Found[] {
  const readings = [
    text,
    ...(/^-?\d+$/.test(text) ? [Number(text)] : []),
    ...(/^(true|false)$/.test(text) ? [text === 'true'] : []),
  ];
  const results = readings.map((reading) => check(reading));
  if (results.some((differences) => differences.length === 0)) return [];
  return (results[0] ?? []).map((difference) => ({ ...difference, part, pointer: `/${name}${difference.pointer}` }));
}

function checkBody(description: RestDescription, operation: Operation, { requestBody }: Exchange): Found[] {
  const described = description.requestBody(operation);
  if (requestBody === undefined) return described?.required ? [problem('request', 'required', 'has no body')] : [];
  // Octokit sends `{}` or `""` where there is nothing to send.
  if (!described) return isEmpty(requestBody) ? [] : [problem('request', 'undescribed', 'has a body, and none is described')];
  return described.check(requestBody).map((difference) => ({ part: 'request', ...difference }));
}

function isEmpty(body: unknown): boolean {
  return body === '' || JSON.stringify(body) === '{}';
}

function checkAnswer(description: RestDescription, operation: Operation, exchange: Exchange): Found[] {
  const { status, body, contentType, headers } = exchange;
  const part = `answer ${status}`;
  const missing = HEADERS.filter((name) => !headers.has(name)).map((name) => problem(part, 'header', `has no header ${name}`));
  const described = description.answer(operation, status, contentType);
  if (described === 'not described') return [...missing, ...checkCommonRefusal(description, exchange)];
  if (described === 'text') return typeof body === 'string' ? missing : [...missing, problem(part, 'type', 'is not text')];
  if (described === 'no body') {
    // An answer without a description of its body is an empty one, or a refusal in the common form.
    return body === undefined ? missing : [...missing, ...checkCommonRefusal(description, exchange)];
  }
  return [...missing, ...described.check(body).map((difference) => ({ part, ...difference }))];
}

function checkCommonRefusal(description: RestDescription, { status, contentType, body }: Exchange): Found[] {
  const part = `answer ${status}`;
  const component = COMMON_REFUSALS[status];
  if (component === undefined) return [problem(part, 'status', `of type ${contentType} is not described`)];
  const check = description.component(isObject(body) && Array.isArray(body['errors']) ? 'validation-error' : component);
  return check(body).map((difference) => ({ part, ...difference }));
}

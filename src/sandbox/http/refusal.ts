import type { components } from '@octokit/openapi-types';

type FieldError = NonNullable<components['schemas']['validation-error']['errors']>[number];

/** An answer that GitHub gives instead of doing what was asked. Thrown by routes and operations. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { errors?: readonly FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

export const notFound = () => new Refusal(404, 'Not Found');

export const badCredentials = (message = 'Bad credentials') => new Refusal(401, message);

/**
 * The caller is known but lacks the permission.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible
 */
export function notAccessible(acceptedPermissions?: string): Refusal {
  return new Refusal(403, 'Resource not accessible by integration', {
    headers: acceptedPermissions ? { 'x-accepted-github-permissions': acceptedPermissions } : {},
  });
}

/** 422 with the text alone. */
export const unprocessable = (message: string) => new Refusal(422, message);

/**
 * 422 with the field at fault.
 * Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
 */
export function validationFailed(...errors: FieldError[]): Refusal {
  return new Refusal(422, 'Validation Failed', { errors });
}

import { GraphQLError } from 'graphql';
import { Refusal } from '../http/refusal.ts';

type ErrorType = 'FORBIDDEN' | 'NOT_FOUND' | 'STALE_DATA' | 'UNPROCESSABLE' | 'RATE_LIMITED';

/** An error in GitHub's form: its kind stands in `type`, beside the message. */
export function graphqlError(type: ErrorType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

const TYPE_OF_STATUS: Readonly<Record<number, ErrorType>> = { 401: 'FORBIDDEN', 403: 'FORBIDDEN', 404: 'NOT_FOUND' };

/** What REST would refuse, in GraphQL's words. Other errors are faults of the sandbox and go on. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.headers['retry-after']) throw error;
    throw graphqlError(TYPE_OF_STATUS[error.status] ?? 'UNPROCESSABLE', error.message);
  }
}

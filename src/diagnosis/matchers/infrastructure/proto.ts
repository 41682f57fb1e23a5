import type { Matcher } from '../matcher.ts';

/** `path:line:column: message`; warnings say so. */
export const protoc: Matcher = {
  id: 'protoc',
  tool: 'protoc',
  cause: 'compile-error',
  hints: ['.proto:'],
  patterns: [
    {
      expression: /^(?<path>[^\s:]+\.proto):(?<line>\d+):(?<column>\d+): (?<severity>warning): (?<message>\S.*)$/,
    },
    { expression: /^(?<path>[^\s:]+\.proto):(?<line>\d+):(?<column>\d+): (?<message>\S.*)$/ },
    { expression: /^(?<path>[^\s:]+\.proto): (?<message>File not found\.)$/ },
  ],
};

/** protolint: `[a.proto:5:10] message`. */
export const protolint: Matcher = {
  id: 'protolint',
  tool: 'protolint',
  cause: 'lint',
  hints: ['.proto:'],
  patterns: [{ expression: /^\[(?<path>[^\s:\]]{1,400}\.proto):(?<line>\d+):(?<column>\d+)\] (?<message>\S.*)$/ }],
};

/** `buf lint` puts no blank before the message. */
export const buf: Matcher = {
  id: 'buf',
  tool: 'buf',
  cause: 'lint',
  hints: ['.proto:'],
  patterns: [{ expression: /^(?<path>[^\s:]+\.proto):(?<line>\d+):(?<column>\d+):(?<message>[^\s:\d].*)$/ }],
};

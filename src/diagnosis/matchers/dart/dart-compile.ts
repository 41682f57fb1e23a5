import type { Matcher } from '../matcher.ts';

/** Dart's compiler, under `dart run`, `dart test` and `flutter build`: `lib/a.dart:3:5: Error: …`. */
export const dartCompile: Matcher = {
  id: 'dart-compile',
  tool: 'dart',
  cause: 'compile-error',
  hints: ['.dart:'],
  patterns: [
    {
      expression:
        /^(?<path>(?:[\w-]+:\/)?[^\s:][^:]*\.dart):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<severity>Error|Warning): (?<message>\S.*)$/,
    },
  ],
};

import type { Matcher } from '../../matcher.ts';

/** xcodebuild's own errors, which name no line: destinations, schemes, missing inputs; also through xcpretty. */
export const xcodebuild: Matcher = {
  id: 'xcodebuild',
  tool: 'xcodebuild',
  cause: 'build-config',
  hints: ['xcodebuild: error: ', '❌  error: ', 'build input file cannot be found'],
  patterns: [
    { expression: /^xcodebuild: error: (?<message>\S.*)$/ },
    { expression: /^(?:❌ +)?error: (?<message>Build input files? cannot be found: '(?<path>[^']+)'.*)$/u },
    { expression: /^❌ +error: (?<message>\S.*)$/u },
  ],
};

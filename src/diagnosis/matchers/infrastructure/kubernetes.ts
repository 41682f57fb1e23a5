import type { Matcher } from '../matcher.ts';

/** `helm lint`, and what `helm install`, `upgrade` and `template` say of a chart. */
export const helm: Matcher = {
  id: 'helm',
  tool: 'helm',
  cause: 'build-config',
  hints: [
    '[error] templates/',
    '[error] chart.yaml',
    '[error] values.yaml',
    '[warning] templates/',
    'yaml parse error on ',
    'installation failed: ',
    'upgrade failed: ',
  ],
  patterns: [
    {
      expression:
        /^\[ERROR\] templates\/: (?<message>parse error (?:at|in) \(?"?(?<path>[^\s:"()]+)(?::(?<line>\d+))?\)?"?: .*)$/,
    },
    {
      expression:
        /^\[ERROR\] templates\/: (?:render error in "[^"]*": )?template: (?<path>[^\s:]+):(?<line>\d+):(?<column>\d+): (?<message>\S.*)$/,
    },
    { expression: /^\[(?<severity>ERROR|WARNING)\] (?<path>templates\/[^\s:]+|Chart\.yaml|values\.yaml): (?<message>\S.*)$/ },
    { expression: /^Error: (?<message>YAML parse error on (?<path>[^\s:]+): .*)$/ },
    { expression: /^Error: (?<message>(?:INSTALLATION|UPGRADE) FAILED: .*)$/ },
  ],
};

/** `error: the path "a.yaml" does not exist`, `Error from server (NotFound): …`. */
export const kubectl: Matcher = {
  id: 'kubectl',
  tool: 'kubectl',
  cause: null,
  hints: [
    'error: error parsing ',
    'error: error validating ',
    'error: the path "',
    'error from server',
    'the connection to the server ',
  ],
  patterns: [
    { expression: /^error: error parsing (?<path>[^\s:]+): (?<message>.*?yaml: line (?<line>\d+): .*)$/ },
    { expression: /^error: error (?:parsing|validating) "?(?<path>[^\s:"]+)"?: (?<message>\S.*)$/ },
    { expression: /^error: (?<message>the path "(?<path>[^"]+)" does not exist)$/ },
    { expression: /^Error from server(?: \((?<code>\w+)\))?: (?<message>\S.*)$/ },
    { expression: /^(?<message>The connection to the server \S+ was refused.*)$/ },
  ],
};

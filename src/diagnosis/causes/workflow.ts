import type { CauseRule } from './cause-rule.ts';

/** The workflow file, the actions that it names, and what passes between its jobs. */
export const WORKFLOW: readonly CauseRule[] = [
  {
    category: 'workflow-config',
    confidence: 0.95,
    hints: [
      'workflow is not valid',
      'invalid workflow file',
      'error in your yaml syntax',
      'unexpected value',
      ', col: ',
      'unrecognized named-value',
      'unrecognized function',
      'required property is missing',
      "can't find 'action.yml'",
      'error parsing called workflow',
      'error from called workflow',
      'forget to run actions/checkout',
      'template is not valid',
      'workflow file issue',
      "'runs:' section",
      'only supported on linux',
      'reference to workflow should be',
      'an unexpected symbol',
    ],
    expression:
      /workflow is not valid|Invalid workflow file|error in your yaml syntax|\(Line: \d+, Col: \d+\): (?:Unexpected value|Unrecognized|Required property|An unexpected|A sequence|A mapping)|Unrecognized (?:named-value|function): '|Required property is missing: |Can't find 'action\.ya?ml'|error (?:parsing|from) called workflow|forget to run actions\/checkout before|The template is not valid|failed because of a workflow file issue|Top level 'runs:' section is required|Container (?:action|operation)s? (?:is|are) only supported on Linux|reference to workflow should be either/i,
  },
  {
    category: 'workflow-config',
    confidence: 0.93,
    hints: [
      'automatically failed because',
      'command is disabled',
      'brownout',
      'to process file command',
      "to process command '",
      'with working directory',
      'artifact with this name already exists',
      'input required and not supplied',
    ],
    expression:
      /automatically failed because it uses a deprecated version|The `?(?:set-env|add-path|set-output|save-state)`? command is disabled|scheduled .{1,60}brownout|Unable to process (?:file )?command '|error occurred trying to start process '.*' with working directory|an artifact with this name already exists|^(?:Error: )?Input required and not supplied/i,
  },
  {
    category: 'workflow-config',
    confidence: 0.8,
    hints: [
      'artifact not found',
      'find any artifacts',
      'paths were not resolved, unable to cache',
      'no runner matching',
      'matched to [',
    ],
    expression:
      /Artifact not found for name|Unable to find any artifacts|Some specified paths were not resolved, unable to cache|No runner matching the specified labels|^(?:Error: )?No file in .* matched to \[/i,
  },
  {
    category: 'dependency-unavailable',
    confidence: 0.94,
    hints: ['unable to resolve action', 'an action could not be found', 'missing download info for'],
    expression: /Unable to resolve action|An action could not be found at the URI|Missing download info for /i,
  },
];

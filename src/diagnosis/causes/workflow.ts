import { type CauseRule, causeRule } from './cause-rule.ts';

/** The workflow file, the actions that it names, and what passes between its jobs. */
export const WORKFLOW: readonly CauseRule[] = [
  causeRule({
    category: 'workflow-config',
    confidence: 0.95,
    rows: [
      ['GitHub', 'workflow is not valid'],
      ['GitHub', 'invalid workflow file'],
      ['GitHub', 'error in your yaml syntax'],
      ['GitHub', 'workflow file issue', /failed because of a workflow file issue/],
      [
        'GitHub',
        ', col: ',
        /\(Line: \d+, Col: \d+\): (?:Unexpected|Unrecognized|Required property|An unexpected|A sequence|A mapping|Error reading|Job |The identifier|Invalid|Too many|Matrix)/,
      ],
      ['GitHub', 'unrecognized named-value: '],
      ['GitHub', 'unrecognized function: '],
      ['GitHub', 'required property is missing: '],
      ['GitHub', 'called workflow', /error (?:parsing|from) called workflow/],
      ['GitHub', 'is not defined in the referenced workflow'],
      ['GitHub', 'reference to workflow should be either'],
      ['GitHub', 'depends on unknown job'],
      ['GitHub', 'must contain at least one job with no dependencies'],
      ['GitHub', 'does not contain any values', /Matrix vector '.*' does not contain any values/],
      ['runner', "can't find 'action.y"],
      ['runner', 'forget to run actions/checkout before'],
      ['runner', 'template is not valid'],
      ['runner', "'runs:' section is required"],
      ['runner', "' is not supported", /'using: [^']*' is not supported/],
      ['runner', 'only supported on linux', /Container (?:action|operation)s? (?:is|are) only supported on Linux/],

      ['GitHub', 'error calling workflow'],
      ['GitHub', ", but is only allowed '", /is requesting '.{1,200}', but is only allowed '/],

      ['GitHub', 'no event triggers defined in'],
      ['runner', 'invalid shell option'],
      ['runner', 'output parameter using', /Can't store \S+ output parameter using/],
    ],
  }),
  causeRule({
    category: 'workflow-config',
    confidence: 0.93,
    rows: [
      ['GitHub', 'automatically failed because', /automatically failed because it uses a deprecated version/],
      ['GitHub', 'brownout', /scheduled .{1,60}brownout/],
      ['runner', 'command is disabled', /The `?(?:set-env|add-path|set-output|save-state)`? command is disabled/],
      ['runner', 'unable to process ', /Unable to process (?:file )?command '/],
      ['runner', 'with working directory', /error occurred trying to start process '.*' with working directory/],
      ['upload-artifact', 'artifact with this name already exists', /an artifact with this name already exists/],
      ['upload-artifact', 'artifact name is not valid'],
      ['@actions/core', 'input required and not supplied', /^(?:Error: )?Input required and not supplied/],
      ['@actions/core', 'does not meet yaml 1.2 "core schema" specification'],
      ['deploy-pages', 'no uploaded artifact was found'],
      ['deploy-pages', 'missing environment. ensure'],
      ['configure-pages', 'get pages site failed'],
      ['pnpm/action-setup', 'no pnpm version is specified'],
      ['pnpm/action-setup', 'multiple versions of pnpm specified'],
      ['setup-java', 'no supported distribution was found'],
      ['action-gh-release', 'releases requires a tag'],
      ['buildx', 'not supported for ', /not supported for (?:the )?docker driver/],
      ['buildx', 'does not currently support exporting manifest lists'],
      ['buildx', 'tag is needed when pushing to registry'],

      ['runner', "invalid format '", /^(?:Error: )?Invalid format '/],
      ['runner', 'matching delimiter not found', /Invalid value\. Matching delimiter not found/],
      ['CodeQL', 'code scanning is not enabled for this repository'],
      ['CodeQL', 'must be enabled for this repository to use code scanning'],
      ['dependency-review', 'dependency review is not supported on this repository'],

      [
        'CodeQL',
        'and is no longer updated or supported',
        /CodeQL Action was deprecated .{0,80}and is no longer updated or supported/,
      ],
    ],
  }),
  causeRule({
    category: 'workflow-config',
    confidence: 0.8,
    rows: [
      ['download-artifact', 'artifact not found for name'],
      ['download-artifact', 'unable to find any artifacts'],
      ['cache', 'paths were not resolved, unable to cache'],
      ['cache', 'for caching do(es) not exist', /^(?:Error: ).*for caching do\(es\) not exist/],
      ['setup-*', "but doesn't exist on disk", /Cache folder path is retrieved for .* but doesn't exist on disk/],
      ['setup-*', 'version file at: ', /The specified .* version file at: .* does not exist/],
      ['setup-*', "caching for '", /Caching for '.*' is not supported/],
      ['setup-python', 'no file in ', /^(?:Error: )?No file in .* matched to \[/],
      ['GitHub', 'no runner matching the specified labels'],
      ['Docker', 'invalid reference format', /invalid reference format(?: - )?/],
      ['Docker', 'repository name must be lowercase'],
      ['Docker', 'repository name must be canonical'],

      ['download-artifact', 'unable to find an artifact with the name'],
      ['dawidd6/action-download-artifact', 'no matching workflow run found'],
      ['setup-*', 'invalid version string ', /invalid version string '.*', expected format/],
      ['paths-filter', "action requires 'base' input to be configured"],
    ],
  }),
  causeRule({
    // Only warnings; they explain where nothing else does.
    category: 'workflow-config',
    confidence: 0.56,
    rows: [
      ['runner', 'unexpected input(s) ', /Unexpected input\(s\) '/],
      ['upload-artifact', 'no files were found with the provided path'],

      ['runner', 'one or more containers failed to start'],
    ],
  }),
  causeRule({
    category: 'dependency-unavailable',
    confidence: 0.94,
    rows: [
      ['runner', 'unable to resolve action'],
      ['runner', 'an action could not be found at the uri'],
      ['runner', 'missing download info for '],
    ],
  }),
];

import { type CauseRule, causeRule } from './cause-rule.ts';

/**
 * How programs that no other row knows are likely to say it: a cause only where nothing else explains the failure. Nothing of
 * the network or of a lost runner is among it, for a run is run again because of these.
 */
export const LIKELY: readonly CauseRule[] = [
  causeRule({
    category: 'disk-full',
    confidence: 0.7,
    rows: [['all', 'disk space', /\b(?:not enough|insufficient|out of) (?:free |available )?disk space\b/]],
  }),
  causeRule({
    category: 'rate-limit',
    confidence: 0.7,
    rows: [
      ['all', 'quota', /\bquota\b.{0,60}\b(?:exceeded|exhausted|reached)\b|\bexceed(?:ed|s|ing)?\b.{0,60}\bquota\b/],
      ['all', 'rate limited', /\brate limited\b/],
    ],
  }),
  causeRule({
    category: 'out-of-memory',
    confidence: 0.7,
    rows: [
      [
        'all',
        'memory limit',
        /\b(?:exceed(?:ed|s)|reached|hit) .{0,40}\bmemory limit|\bmemory limit .{0,30}\b(?:exceeded|reached)\b/,
      ],
      ['all', 'not enough memory'],
    ],
  }),
  causeRule({
    category: 'missing-secret',
    confidence: 0.57,
    rows: [
      ['all', 'authentication fail', /\bauthentication fail(?:ed|ure)\b/],
      ['all', 'authentication error', /\bauthentication error\b/],
      ['all', 'authentication required', /\bauthentication required\b/],
      ['all', 'authentication is required', /\bauthentication is required\b/],
      ['all', 'not authenticated', /\bnot authenticated\b/],
      ['all', 'to authenticate', /\b(?:failed|unable|need|have) to authenticate\b/],
      ['all', 'error authenticating'],
      ['all', 'invalid username', /\binvalid username(?:\/| or |,|$)/],
      ['all', ' secret', /\bmissing (?:required )?secrets?\b|\brequired secrets? .{0,40}\b(?:missing|not set|empty)\b/],
      ['all', 'login failed'],
      ['all', 'not logged in', /\bnot logged in\b/],
      ['all', 'must be logged in'],
      ['all', 'please log', /\bplease log ?in\b/],
      [
        'all',
        'credentials',
        /^(?!.*\bskip).*(?:\b(?:no|missing|invalid|bad|wrong|incorrect|expired)\b .{0,20}\bcredentials\b|\bcredentials (?:are |were |have )?(?:missing|invalid|expired|required|incorrect|not (?:found|provided|set|valid|configured))\b)/,
      ],
      [
        'all',
        'token',
        /\b(?:no|missing|expired|invalid|empty) (?:access|api|auth|authentication|bearer|deploy|github|npm|refresh|upload) token\b|\btoken (?:is |was |used has |has |provided is )?(?:been )?(?:missing|invalid|expired|revoked|required|not (?:found|provided|set|configured))\b/,
      ],
      [
        'all',
        'api key',
        /\b(?:no|missing|invalid|expired|incorrect) api key\b|\bapi key (?:is |was )?(?:missing|expired|revoked|required|invalid|not (?:found|provided|set|valid|configured))\b/,
      ],
    ],
  }),
  causeRule({
    category: 'permission',
    confidence: 0.57,
    rows: [
      ['all', 'access denied'],
      ['all', 'access is denied'],
      ['all', 'permission denied', /^(?!warning).*\bpermission denied\b/],
      ['all', ' not have ', /\b(?:does|do|did) not have (?:\w{1,20} ){0,4}(?:permissions?|access|rights|privileges)\b/],
      ['all', "n't have ", /\b(?:does|do|did)n't have (?:\w{1,20} ){0,4}(?:permissions?|access|rights|privileges)\b/],
      ['all', 'insufficient ', /\binsufficient (?:\w{1,20} )?(?:privileges|scopes?|rights|access)\b/],
      ['all', 'not authorized to '],
    ],
  }),
  causeRule({
    category: 'quality-gate',
    confidence: 0.57,
    rows: [
      [
        'all',
        'threshold',
        /\b(?:below|under|exceed(?:ed|s)|not meet)\b.{0,60}\bthreshold\b|\bthreshold\b.{0,60}\b(?:not met|exceeded|not reached|violated)\b/,
      ],
      ['all', 'coverage', /\bcoverage\b.{0,80}\b(?:lower than|less than|dropped|decreased|too low|insufficient)\b/],
      ['all', ' exceed', /\bsize\b.{0,80} exceed(?:s|ed) (?:the |its )?(?:limit|maximum|budget)\b/],
      ['all', 'denied licen', /\bdenied licen[cs]es?\b/],
      ['all', 'cve-', /\bCVE-\d{4}-\d{4,7}\b.{0,120}\b(?:critical|high|medium|low)\b/],
      ['all', 'licen', /\blicen[cs]es?\b.{0,80}\b(?:not allowed|forbidden|not permitted|disallowed|unapproved)\b/],
    ],
  }),
  causeRule({
    category: 'version-control',
    confidence: 0.57,
    isCaseSensitive: true,
    rows: [
      ['git', 'fatal: ', /^(?:Error: |error: |remote: )?fatal: [-a-z'"]/],
      ['all', 'merge conflict', /(?<!\b[Nn]o )\b[Mm]erge conflicts?\b/],
    ],
  }),
  causeRule({
    category: 'workflow-config',
    confidence: 0.57,
    rows: [
      ['@actions/core', 'input ', /^(?:Error: )?Input ['"`]?[\w-]{1,60}['"`]? (?:must|should|is required|is invalid|is not)\b/],
      [
        '@actions/core',
        ' input',
        /^(?:Error: )?(?:Invalid|Missing|Unknown|Unsupported) (?:value for )?(?:required )?(?:the )?inputs?\b/,
      ],
    ],
  }),
  causeRule({
    category: 'crash',
    confidence: 0.57,
    rows: [
      ['all', 'crashed', /\b(?:has|have|just|process|worker|compiler|server) crashed\b|\bcrashed (?:with|unexpectedly|while)\b/],
      ['all', ' unexpectedly', /\b(?:exited|terminated|quit|stopped|died) unexpectedly\b/],
      ['Go', 'panic: ', /^panic: (?!test timed out)/],
    ],
  }),
];

import type { Permissions } from '../workflow/schema.ts';
import type { JobSession } from './session.ts';

/** The version of GitHub's runner whose log form this is. */
const RUNNER_VERSION = '2.329.0';
const IMAGE = 'ubuntu-24.04';
const IMAGE_VERSION = '20261101.1';

/** What the runner writes before the first step. */
export function writeSetUp({ log, plan, request }: JobSession): void {
  log.write(`Current runner version: '${RUNNER_VERSION}'`);
  log.group('Operating System', ['Ubuntu', '24.04.3', 'LTS']);
  log.group('Runner Image', [
    `Image: ${IMAGE}`,
    `Version: ${IMAGE_VERSION}.0`,
    `Included Software: https://github.com/actions/runner-images/blob/ubuntu24/${IMAGE_VERSION}/images/ubuntu/Ubuntu2404-Readme.md`,
    `Image Release: https://github.com/actions/runner-images/releases/tag/ubuntu24%2F${IMAGE_VERSION}`,
  ]);
  log.group('GITHUB_TOKEN Permissions', permissionLines(plan.definition.permissions ?? plan.workflow.permissions));
  log.write(`Secret source: ${Object.keys(request.secrets).length > 0 ? 'Actions' : 'None'}`);
  log.write('Prepare workflow directory');
  log.write('Prepare all required actions');
  const actions = new Set((plan.definition.steps ?? []).flatMap((step) => ('uses' in step ? [step.uses] : [])));
  if (actions.size > 0) log.write('Getting action download info');
  // On GitHub a line for each download follows, with a commit. The sandbox downloads none.
}

/** GitHub's default for new repositories is reading. Metadata can always be read. */
function permissionLines(permissions: Permissions | undefined): string[] {
  if (permissions === undefined) return ['Contents: read', 'Metadata: read', 'Packages: read'];
  if (typeof permissions === 'string') return [`All: ${permissions === 'read-all' ? 'read' : 'write'}`, 'Metadata: read'];
  const lines = Object.entries(permissions)
    .filter(([, level]) => level !== 'none')
    .map(([name, level]) => `${pascalCase(name)}: ${level}`);
  return [...lines, 'Metadata: read'].sort();
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}

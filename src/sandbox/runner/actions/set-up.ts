import type { Action, ActionContext } from './action.ts';

interface Tool {
  /** The name of the language in the action's output. */
  name: string;
  command: string;
  versionArgs: readonly string[];
  defaults: Readonly<Record<string, string>>;
}

/**
 * `actions/setup-*`: installs nothing, for the sandbox downloads nothing. It tells which version the job will really
 * use, and warns when there is none; what then needs the tool fails by itself.
 */
function setUp(tool: Tool): Action {
  return {
    defaults: tool.defaults,
    async main(context) {
      const { log } = context.session;
      const version = await versionOf(context, tool);
      if (version === null) {
        log.warning(`The sandbox's runner has no ${tool.command}.`);
        return {};
      }
      log.group('Environment details', [`${tool.command}: ${version}`]);
      return { [`${tool.name}-version`]: version };
    },
    async post({ session }) {
      session.log.write('Post job cleanup.');
    },
  };
}

async function versionOf({ execute }: ActionContext, tool: Tool): Promise<string | null> {
  const lines: string[] = [];
  const end = await execute(tool.command, tool.versionArgs, { onLine: (line) => lines.push(line) }).catch(() => null);
  return end?.kind === 'exited' && end.exitCode === 0 ? (lines[0] ?? '') : null;
}

export const setupNode = setUp({
  name: 'node',
  command: 'node',
  versionArgs: ['--version'],
  defaults: { 'always-auth': 'false', 'check-latest': 'false', token: '***' },
});
export const setupPython = setUp({
  name: 'python',
  command: 'python3',
  versionArgs: ['--version'],
  defaults: {
    'check-latest': 'false',
    token: '***',
    'update-environment': 'true',
    'allow-prereleases': 'false',
    freethreaded: 'false',
  },
});
export const setupGo = setUp({
  name: 'go',
  command: 'go',
  versionArgs: ['version'],
  defaults: { 'check-latest': 'false', token: '***', cache: 'true' },
});
export const setupJava = setUp({
  name: 'java',
  command: 'java',
  versionArgs: ['-version'],
  defaults: { 'java-package': 'jdk', 'check-latest': 'false', 'server-id': 'github', token: '***' },
});

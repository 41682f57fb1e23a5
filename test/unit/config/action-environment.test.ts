import { describe, expect, it } from 'vitest';
import { readActionEnvironment } from '../../../src/config/action-environment.ts';
import { ConfigurationError } from '../../../src/errors.ts';

const TOKEN = 'ghs_0123456789abcdef0123456789abcdef0123';
const RUNNER = {
  INPUT_TOKEN: TOKEN,
  'INPUT_WORKFLOW-TOKEN': TOKEN,
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_RUN_ID: '42',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_EVENT_PATH: '/tmp/event.json',
};

/** Protects what the action takes from its runner, and above all what it hands on. */
describe('the environment of the action', () => {
  it('is read from what the runner sets', () => {
    const environment = readActionEnvironment({ ...RUNNER, GITHUB_API_URL: 'https://ghe.example.com/api/v3/' });
    expect(environment).toMatchObject({
      token: TOKEN,
      startsWorkflows: false,
      apiUrl: 'https://ghe.example.com/api/v3',
      repository: { owner: 'octo', name: 'shop' },
      run: { id: 42, attempt: 2 },
    });
  });

  it('knows a token of its own by its being another one than the workflow has', () => {
    expect(readActionEnvironment({ ...RUNNER, INPUT_TOKEN: 'ghs_another' }).startsWorkflows).toBe(true);
    expect(readActionEnvironment({ ...RUNNER, 'INPUT_WORKFLOW-TOKEN': undefined }).startsWorkflows).toBe(false);
  });

  it('hands programs of the repository nothing by which more could be done than reading', () => {
    const { forPrograms } = readActionEnvironment({
      ...RUNNER,
      PATH: '/usr/bin',
      CI: 'true',
      GITHUB_SHA: 'abc',
      GITHUB_TOKEN: 'x',
      GH_TOKEN: 'x',
      GITHUB_ENV: '/tmp/env',
      GITHUB_PATH: '/tmp/path',
      GITHUB_OUTPUT: '/tmp/output',
      GITHUB_STEP_SUMMARY: '/tmp/summary',
      ACTIONS_RUNTIME_TOKEN: 'x',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com',
      NPM_TOKEN: 'x',
      NODE_AUTH_TOKEN: 'x',
      DATABASE_PASSWORD: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      GIT_CONFIG: `header: ${TOKEN}`,
      NODE_OPTIONS: '--require=/tmp/x.js',
    });
    expect(forPrograms).toEqual({
      PATH: '/usr/bin',
      CI: 'true',
      GITHUB_SHA: 'abc',
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_RUN_ID: '42',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_EVENT_NAME: 'pull_request',
    });
  });

  it('says all that is missing, and no secret', () => {
    const fault = (variables: Record<string, string>) => {
      try {
        return readActionEnvironment(variables);
      } catch (error) {
        return error instanceof ConfigurationError ? error.faults : error;
      }
    };
    expect(fault({})).toHaveLength(5);
    expect(fault({ ...RUNNER, GITHUB_REPOSITORY: TOKEN })).toEqual(['GITHUB_REPOSITORY: not understood; wanted owner/name']);
  });
});

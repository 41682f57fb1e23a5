import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AGENT_VARIABLES, agentFaults, toAgentEnvironment } from '../../../src/config/agent-variables.ts';

const read = (variables: Record<string, string>) => z.object(AGENT_VARIABLES).parse(variables);

/** Protects that no agent is asked by accident, and that ceilings and prices are what was written. */
describe('the variables about coding agents', () => {
  it('name no agent unless AGENT_BACKEND does', () => {
    expect(toAgentEnvironment(read({ AGENT_URL: 'https://agent.example/v1', AGENT_API_KEY: 'k' }))).toBeNull();
  });

  it('are read in dollars and minutes, and kept in millionths and milliseconds', () => {
    const values = read({
      AGENT_BACKEND: 'anthropic',
      AGENT_MODEL: 'm',
      AGENT_API_KEY: 'k',
      AGENT_PRICE_INPUT: '0.15',
      AGENT_PRICE_CALL: '0.02',
      AGENT_ATTEMPT_DOLLARS: '2.5',
      AGENT_ATTEMPT_MINUTES: '3',
    });
    expect(agentFaults(values)).toEqual([]);
    expect(toAgentEnvironment(values)).toMatchObject({
      url: 'https://api.anthropic.com/v1',
      prices: { input: 0.15, output: 0, call: 20_000 },
      ceilings: { attempt: { microDollars: 2_500_000, milliseconds: 180_000 } },
    });
  });

  it.each([
    ['openai-compatible', ['AGENT_URL', 'AGENT_MODEL']],
    ['anthropic', ['AGENT_MODEL', 'AGENT_API_KEY']],
    ['codegen', ['AGENT_API_KEY', 'AGENT_ORGANISATION']],
    ['agentapi', []],
  ])('of %s are all there, or those that are missing are named', (backend, missing) => {
    expect(agentFaults(read({ AGENT_BACKEND: backend })).map((fault) => fault.split(':')[0])).toEqual(missing);
  });

  it.each([
    ['AGENT_BACKEND', 'gpt'],
    ['AGENT_URL', 'file:///etc/passwd'],
    ['AGENT_PRICE_INPUT', '-1'],
    ['AGENT_DAY_DOLLARS', '1.2345678'],
    ['AGENT_ATTEMPT_MINUTES', '26'],
  ])('refuse %s=%s', (name, value) => {
    expect(z.object(AGENT_VARIABLES).safeParse({ [name]: value }).success).toBe(false);
  });
});

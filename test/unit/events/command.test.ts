import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/events/command.ts';

describe('a comment', () => {
  it.each([
    ['/regreen explain', { known: true, name: 'explain' }],
    ['/regreen retry', { known: true, name: 'retry' }],
    ['/regreen RETRY  ', { known: true, name: 'retry' }],
    ['Please:\r\n/regreen retry\r\nThank you', { known: true, name: 'retry' }],
    ['/regreen\texplain', { known: true, name: 'explain' }],
    ['/regreen', { known: false, name: 'help' }],
    ['/regreen dance', { known: false, name: 'dance' }],
    ['/regreen explain\n/regreen retry', { known: true, name: 'explain' }],
    ['```\n/regreen retry\n```\n/regreen explain', { known: true, name: 'explain' }],
  ])('%j is a command', (body, command) => {
    expect(readCommand(body)).toEqual(command);
  });

  it.each([
    '',
    'talk about /regreen retry',
    '> /regreen retry',
    ' /regreen retry',
    '    /regreen retry',
    '```\n/regreen retry\n```',
    '~~~sh\n/regreen retry\n~~~',
    '```\n/regreen retry',
    '/regreenretry',
    '/regreen retry now',
    '/regreen re;try',
    '/regreen ../x',
    `/regreen ${'a'.repeat(31)}`,
    `${'x'.repeat(20_000)}\n/regreen retry`,
  ])('%j is none', (body) => {
    expect(readCommand(body)).toBeNull();
  });

  it('of many lines costs little', () => {
    const startedAt = performance.now();
    for (const body of ['/regreen '.repeat(30_000), '\n'.repeat(200_000), `/regreen${' '.repeat(60_000)}x`]) readCommand(body);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

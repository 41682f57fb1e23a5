import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/events/command.ts';

const command = (name: string, change: object = {}) => ({ name, known: true, argument: '', more: 0, ...change });

/** Protects people from commands that nobody gave, and from commands that nobody saw. */
describe('a comment', () => {
  it.each([
    ['/regreen explain', command('explain')],
    ['/regreen retry', command('retry')],
    ['/regreen RETRY  ', command('retry')],
    ['Please:\r\n/regreen retry\r\nThank you', command('retry')],
    ['/regreen\texplain', command('explain')],
    ['/regreen', command('help')],
    ['/regreen dance', command('dance', { known: false })],
    ['/regreen Dance', command('Dance', { known: false })],
    ['/regreen re;try', command('re;try', { known: false })],
    ['/regreen ../x', command('../x', { known: false })],
    ['/regreen constructor', command('constructor', { known: false })],
    ['/regreen fix please', command('fix', { argument: 'please' })],
    ['/regreen reject  it hides the test', command('reject', { argument: 'it hides the test' })],
    ['/regreen explain\n/regreen retry\n/regreen stop', command('explain', { more: 2 })],
    ['```\n/regreen retry\n```\n/regreen explain', command('explain')],
    ['````\n```\n/regreen retry\n````\n/regreen explain', command('explain')],
    ['`/regreen retry`\n/regreen explain', command('explain')],
    ['> What about it?\n\n/regreen fix', command('fix')],
    ['<!-- a note -->\n/regreen fix', command('fix')],
    ['<pre>x</pre>\n/regreen fix', command('fix')],
  ])('%j is a command', (body, expected) => {
    expect(readCommand(body)).toEqual(expected);
  });

  it.each([
    '',
    'talk about /regreen retry',
    '> /regreen retry',
    '> somebody said\n/regreen retry',
    ' /regreen retry',
    '    /regreen retry',
    '```\n/regreen retry\n```',
    '~~~sh\n/regreen retry\n~~~',
    '~~~\n```\n/regreen retry\n~~~',
    '```\n/regreen retry',
    '```\n```js\n/regreen retry',
    '<!--\n/regreen retry\n-->',
    '<!-- hidden\n\n/regreen approve',
    '<pre>\n/regreen retry\n</pre>',
    '<CODE>\n/regreen retry\n</code>',
    '/regreenretry',
    '/regreen\u200b retry',
    '- /regreen retry',
    `${'x'.repeat(20_000)}\n/regreen retry`,
  ])('%j is none', (body) => {
    expect(readCommand(body)).toBeNull();
  });

  it('of many lines costs little', () => {
    const startedAt = performance.now();
    for (const body of [
      '/regreen '.repeat(30_000),
      '\n'.repeat(200_000),
      `/regreen${' '.repeat(60_000)}x`,
      '<!--'.repeat(20_000),
      '<pre'.repeat(20_000),
    ]) {
      readCommand(body);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, MAX_LINE_LENGTH } from '../../../src/sandbox/runner/job/line-splitter.ts';
import { CommandProcessor } from '../../../src/sandbox/runner/log/commands.ts';
import { JobLog, MAX_LOG_BYTES } from '../../../src/sandbox/runner/log/job-log.ts';
import { SecretMasker } from '../../../src/sandbox/runner/log/masker.ts';

const HOME = '/tmp/x/job-1';

function newLog(masker = new SecretMasker()): JobLog {
  return new JobLog(masker, { home: HOME, workspace: `${HOME}/work/app/app` });
}

/** The text of the log's lines, without their times. */
function texts(log: JobLog): string[] {
  return log
    .toBuffer()
    .toString()
    .slice(1)
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\S+ /, ''));
}

function run(...lines: string[]): { log: JobLog; texts: string[]; outputs: [string, string][]; failed: number } {
  const masker = new SecretMasker();
  const log = newLog(masker);
  const outputs: [string, string][] = [];
  let failed = 0;
  const processor = new CommandProcessor(log, {
    setOutput: (...output) => outputs.push(output),
    addMask: (value) => masker.add(value),
    commandFailed: () => failed++,
  });
  for (const line of lines) processor.line(line);
  return { log, texts: texts(log), outputs, failed };
}

describe('the form of the log', () => {
  it('is a byte order mark, and lines with a time of seven decimals that never goes back', () => {
    const log = newLog();
    for (let i = 0; i < 50; i++) log.write(`line ${i}`);
    const text = log.toBuffer().toString();
    expect(text.startsWith('\uFEFF')).toBe(true);
    const times = text
      .slice(1)
      .trimEnd()
      .split('\n')
      .map((line) => /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z) line/.exec(line)?.[1] ?? '');
    expect(times).not.toContain('');
    expect(times).toEqual([...times].sort());
  });

  it('names no folder of this machine', () => {
    const log = newLog();
    log.write(`at ${HOME}/work/app/app/a.js`);
    expect(texts(log)).toEqual(['at /home/runner/work/app/app/a.js']);
  });

  // The limit is the sandbox's own.
  it('stops growing, and says so', () => {
    const log = newLog();
    for (let written = 0; written < MAX_LOG_BYTES + 5_000_000; written += 1_000_000) log.write('x'.repeat(1_000_000));
    const buffer = log.toBuffer();
    expect(buffer.length).toBeLessThan(MAX_LOG_BYTES + 1_100_000);
    expect(buffer.subarray(-120).toString()).toContain('the sandbox dropped the rest');
  });
});

describe('workflow commands', () => {
  it.each([
    ['::error file=a.js,line=1::bad %25 thing', '##[error]bad % thing'],
    ['  ::warning::careful', '##[warning]careful'],
    ['::notice title=T::so', '##[notice]so'],
    ['::group::Install', '##[group]Install'],
    ['::endgroup::', '##[endgroup]'],
    ['##[group]as it is', '##[group]as it is'],
    ['::unknown::text', '::unknown::text'],
    ['std::vector::size', 'std::vector::size'],
    ['::no end', '::no end'],
  ])('%s is shown as %s', (line, shown) => {
    expect(run(line).texts).toEqual([shown]);
  });

  it('without a place in the log: debug and add-mask', () => {
    expect(run('::debug::x', '::add-mask::pass word', 'a pass word b').texts).toEqual(['a *** b']);
  });

  it('set-output still works, with a warning', () => {
    const { texts: lines, outputs, failed } = run('::set-output name=x::1%0A2');
    expect(outputs).toEqual([['x', '1\n2']]);
    expect(lines[0]).toMatch(/^##\[warning\]The `set-output` command is deprecated and will be disabled soon\./);
    expect(failed).toBe(0);
  });

  // Source: https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/
  it.each(['set-env name=A', 'add-path'])('%s is refused and fails the step', (command) => {
    const { texts: lines, failed } = run(`::${command}::x`);
    expect(lines[0]).toBe(`##[error]Unable to process command '::${command}::x' successfully.`);
    expect(lines[1]).toContain('command is disabled');
    expect(failed).toBe(1);
  });

  it('between stop-commands and its token are text', () => {
    const lines = ['::stop-commands::tok', '::error::not one', '::tok::', '::error::one'];
    expect(run(...lines).texts).toEqual(['::stop-commands::tok', '::error::not one', '::tok::', '##[error]one']);
  });

  it('become annotations with their place', () => {
    const { log } = run(
      `::error file=${HOME}/work/app/app/src/a.js,line=3,endLine=4,col=5,endColumn=6,title=Oh%2C no::bad`,
      'text',
      '::warning::somewhere',
    );
    expect(log.annotations).toEqual([
      {
        level: 'failure',
        message: 'bad',
        title: 'Oh, no',
        path: 'src/a.js',
        startLine: 3,
        endLine: 4,
        startColumn: 5,
        endColumn: 6,
      },
      {
        level: 'warning',
        message: 'somewhere',
        title: null,
        path: '.github',
        startLine: 3,
        endLine: 3,
        startColumn: null,
        endColumn: null,
      },
    ]);
  });

  // "10 warning annotations, 10 error annotations, and 10 notice annotations per step; 50 annotations per job".
  it('become ten annotations of a level at most in a step, and fifty in a job', () => {
    const log = newLog();
    for (let step = 0; step < 9; step++) {
      log.startStep();
      for (let i = 0; i < 12; i++) log.error('x');
      expect(log.annotations.length).toBe(Math.min(50, (step + 1) * 10));
    }
  });
});

describe('secrets', () => {
  it.each([
    ['as it is', 'x hunter22 y', 'x *** y'],
    ['in base64', Buffer.from('hunter22').toString('base64'), '***'],
    ['twice in a line', 'hunter22hunter22', '******'],
    ['a line of several', 'got line-two', 'got ***'],
    ['in a URL', 'https://x/?q=a%20b%2Fc', 'https://x/?q=***'],
  ])('are masked %s', (_how, line, shown) => {
    const masker = new SecretMasker();
    for (const secret of ['hunter22', 'line-one\nline-two\n', 'a b/c', '']) masker.add(secret);
    expect(masker.mask(line)).toBe(shown);
  });

  it('never stand in what is written, wherever they are', () => {
    const secret = fc.string({ minLength: 6 }).filter((text) => text.trim().length >= 6 && !text.includes('*'));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const masker = new SecretMasker();
        masker.add(value);
        expect(masker.mask(before + value + after)).not.toContain(value.trim());
      }),
    );
  });
});

describe('lines of output', () => {
  const split = (...chunks: (string | Buffer)[]): string[] => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const chunk of chunks) splitter.push(Buffer.from(chunk));
    splitter.end();
    return lines;
  };

  it('end at \\n, \\r\\n and a lone \\r, also across pieces', () => {
    expect(split('a\nb\r\nc\rd')).toEqual(['a', 'b', 'c', 'd']);
    expect(split('a\r', '\nb\r', 'c\r')).toEqual(['a', 'b', 'c']);
    expect(split('\n\n')).toEqual(['', '']);
  });

  it('are the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀') }), fc.nat(40), (text, cut) => {
        const bytes = Buffer.from(text);
        expect(split(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(split(bytes));
      }),
    );
  });

  // The limit is the sandbox's own.
  it('that never end are cut', () => {
    const lines = split('x'.repeat(MAX_LINE_LENGTH), 'y'.repeat(MAX_LINE_LENGTH));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).toHaveLength(2 * MAX_LINE_LENGTH);
  });
});

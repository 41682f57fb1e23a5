import { describe, expect, it } from 'vitest';
import { toErrorCommand, toWorkflowCommand } from '../../../src/action/commands.ts';
import { plainLine } from '../../../src/action/output.ts';

/** Protects the runner from texts of logs: none of them becomes a command of its own. */
describe('what the action prints', () => {
  it('ends no command before its end, and begins none', () => {
    const line = toWorkflowCommand({
      path: 'a,b:c\n::set-env.ts',
      startLine: 1,
      endLine: 2,
      level: 'failure',
      title: 'x::y,file=other',
      message: '100 %\r\n::add-mask::x',
    });
    expect(line).toBe(
      '::error file=a%2Cb%3Ac%0A%3A%3Aset-env.ts,line=1,endLine=2,title=x%3A%3Ay%2Cfile=other::100 %25%0D%0A::add-mask::x',
    );
    expect(toErrorCommand('a\n::b::')).toBe('::error title=Regreen::a%0A::b::');
  });

  it.each([
    ['::add-mask::x', '\u200d::add-mask::x'],
    ['  ::error::x', '\u200d::error::x'],
    ['a\n::error::x', 'a ::error::x'],
    ['see ##[set-output name=fix]verified', 'see ##\u200d[set-output name=fix]verified'],
    ['format failed: formatting', 'format failed: formatting'],
  ])('says %j as %j', (text, shown) => {
    expect(plainLine(text)).toBe(shown);
  });
});

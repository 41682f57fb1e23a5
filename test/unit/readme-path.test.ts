import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { installationCommands } from '../install/readme.ts';

/** Protects the first five minutes: npm run test:install walks this very path, and it may not grow. */
describe("README's installation", () => {
  it('takes five commands at most, from nothing to a running server', async () => {
    const commands = installationCommands(await readFile(new URL('../../README.md', import.meta.url), 'utf8'));
    expect(commands[0]).toMatch(/^git clone /);
    expect(commands).toContain('npx regreen setup');
    expect(commands.at(-1)).toBe('npm start');
  });

  it('is read with its limit', () => {
    const readme = (lines: string) => `# R\n\n## Installation\n\`\`\`sh\n${lines}\`\`\`\n\n## More\n`;
    expect(installationCommands(readme('a b && d   # why\n\nc\n'))).toEqual(['a b', 'd', 'c']);
    expect(() => installationCommands(readme('a\n'.repeat(6)))).toThrow('6 commands');
    expect(() => installationCommands('# R\n')).toThrow('no commands');
  });
});

import { describe, expect, it } from 'vitest';
import { scene } from './support.ts';

/** Protects the links in answers: a person who follows one sees the thing, and nothing that a stranger wrote runs. */
describe('pages for people', () => {
  it('show pull requests and check runs, escaped', async () => {
    const { sandbox, octokit, repository, owner, at } = await scene();
    const files = { 'src/a.ts': '<script>alert(1)</script>\n' };
    const head_sha = await sandbox.people.push({ repository, branch: 'feature', actor: owner, files });
    const pull = await octokit.rest.pulls.create({ ...at, head: 'feature', base: 'main', title: '<b>Fix</b>' });
    const output = { title: 'Red', summary: '<img src=x>' };
    const check = await octokit.rest.checks.create({ ...at, name: 'Regreen', head_sha, output });
    for (const [address, shown] of [
      [pull.data.html_url, '&lt;b&gt;Fix&lt;/b&gt;'],
      [check.data.html_url ?? '', '&lt;img src=x&gt;'],
      [`${sandbox.apiUrl}/web/acme/widgets/commit/${head_sha}`, '&lt;script&gt;'],
    ]) {
      const response = await fetch(address ?? '');
      const text = await response.text();
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(text).toContain(shown);
      expect(text).not.toMatch(/<script|<img|<b>/);
    }
    expect((await fetch(`${sandbox.apiUrl}/web/acme/widgets/pull/99`)).status).toBe(404);
  });
});

import { describe, expect, it } from 'vitest';
import { urlTemplate } from '../../../src/github/url-template.ts';

const API = 'https://github.example.com/api/v3';

/** Protects that spans have few names, and that nothing which others have chosen becomes one. */
describe('the template of an address', () => {
  it.each([
    ['/repos/{owner}/{repo}/pulls/{pull_number}', '/repos/{owner}/{repo}/pulls/{pull_number}'],
    [
      '/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs',
      '/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs',
    ],
    ['/repos/{owner}/{repo}/contents/a secret/{path}', '/repos/{owner}/{repo}/contents/{id}/{path}'],
    ['/graphql', '/graphql'],
    [
      '/repos/octo/shop/actions/runs/12/attempts/2/jobs?per_page=100&page=2',
      '/repos/{owner}/{repo}/actions/runs/{id}/attempts/{id}/jobs',
    ],
    [`${API}/repos/actions/runs/pulls/7/files?token=x`, '/repos/{owner}/{repo}/pulls/{id}/files'],
    ['https://elsewhere.example.com/installation/repositories?page=2#x', '/installation/repositories'],
    ['/app/hook/deliveries/9007199254740993', '/app/hook/deliveries/{id}'],
    [`/${'{x}/'.repeat(100)}`, `/${Array(12).fill('{x}').join('/')}`],
    ['{hostile}?{x', '/'],
  ])('of %s is %s', (url, template) => {
    expect(urlTemplate(url, API)).toBe(template);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { docsPage } from '../../../src/api/docs-page.ts';
import { type OpenApiDocument, openApiDocument } from '../../../src/api/openapi.ts';
import { routerUnderTest } from './router-under-test.ts';

/** Protects that the documentation is whole, can be read without a network, and gives nobody a way in. */
describe('GET /docs', () => {
  it('shows every operation and every schema', async () => {
    const response = await routerUnderTest().request('/docs');
    const page = await response.text();
    const { paths, components } = openApiDocument();

    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    for (const path of Object.keys(paths ?? {})) expect(page).toContain(path);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(components?.schemas ?? {}).map((name) => `schema-${name}`)));
    for (const [, target] of page.matchAll(/ href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('loads nothing, runs nothing, and allows no style but its own', async () => {
    const response = await routerUnderTest().request('/docs');
    const page = await response.text();
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');

    expect(page).not.toMatch(/<script|<link|<img|<iframe| src=| style=| on\w+=/i);
    expect([...page.matchAll(/href="([^"#][^"]*)"/g)].map(([, address]) => address)).toEqual(['/openapi.json']);
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect((await routerUnderTest().request('/openapi.json')).headers.get('content-security-policy')).not.toContain('style');
  });

  it('takes every text for text', () => {
    const hostile = '<script>alert("1")</script>';
    const document = openApiDocument();
    const page = docsPage({ ...document, info: { ...document.info, description: hostile, title: hostile } } as OpenApiDocument);

    expect(page).not.toContain('<script');
  });
});

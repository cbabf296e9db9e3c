import { createHash } from 'node:crypto';
import { catalogue } from '@crossdock/contracts';
import { describe, expect, it } from 'vitest';
import { ingestApi } from '../../service.ts';
import { renderOpenApi } from '../render-openapi.ts';
import { errorsPage } from './errors-page.ts';
import { html } from './html.ts';
import { contentSecurityPolicy } from './layout.ts';
import { inline } from './markdown.ts';
import { referencePage } from './reference-page.ts';

const document = renderOpenApi(ingestApi.module);
const reference = referencePage(document);
const errors = errorsPage(document);
const idsOf = (page: string): ReadonlySet<string> => new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id));
const linksOf = (page: string): readonly string[] => [...page.matchAll(/ href="([^"]+)"/g)].map(([, link = '']) => link);

describe('the pages', () => {
  it('have a place for every operation, schema and code', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    const schemas = Object.keys(document.components.schemas).map((name) => `schema-${name}`);
    const [there, explained] = [idsOf(reference), idsOf(errors)];
    expect([...operations, ...schemas].filter((id) => !there.has(id))).toEqual([]);
    expect(Object.keys(catalogue).filter((code) => !explained.has(code))).toEqual([]);
  });

  it('have no link that leads nowhere', () => {
    const ids: Readonly<Record<string, ReadonlySet<string>>> = { '/api/docs': idsOf(reference), '/api/docs/errors': idsOf(errors) };
    const lost = [
      ['/api/docs', linksOf(reference)],
      ['/api/docs/errors', linksOf(errors)],
    ].flatMap(([own, links]) =>
      (links as readonly string[]).filter((link) => {
        const [path = '', id] = link.split('#');
        const target = path === '' ? String(own) : path;
        if (target === '/api/openapi.json') return false;
        return ids[target] === undefined || (id !== undefined && !ids[target].has(id));
      }),
    );
    expect(lost).toEqual([]);
  });

  it('need nothing from elsewhere, run nothing, and may show their own style only', () => {
    for (const page of [reference, errors]) {
      expect(page).not.toMatch(/<script|<link|<img|<iframe|<object| src=| on[a-z]+=| style="|@import|url\(/i);
      const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
      expect(contentSecurityPolicy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    }
  });

  it('show a command for every operation', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(reference.match(/<pre>curl /g)?.length).toBe(operations.length);
    expect(reference).not.toMatch(/curl [^<]*\{\w+\}/);
  });
});

describe('html', () => {
  it('escapes what is put in, unless it is HTML', () => {
    const evil = '<script>"&\'';
    expect(html`<p title="${evil}">${html`<b>${evil}</b>`}${7}${undefined}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;"><b>&lt;script&gt;&quot;&amp;&#39;</b>7</p>',
    );
  });
});

describe('markdown', () => {
  it('knows code, bold and links', () => {
    expect(inline('a `<b>` and **c**, see [d](/e#f)').text).toBe(
      'a <code>&lt;b&gt;</code> and <strong>c</strong>, see <a href="/e#f">d</a>',
    );
  });
});

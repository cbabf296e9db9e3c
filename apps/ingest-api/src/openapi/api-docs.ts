import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ApiDocument } from './document.ts';
import { errorsPage } from './page/errors-page.ts';
import { contentSecurityPolicy } from './page/layout.ts';
import { referencePage } from './page/reference-page.ts';

/** What Nest injects: makes the OpenAPI document of the service. */
export const API_DOCUMENT = Symbol('ApiDocument');

/** Something that is served as it is. */
export interface StaticAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type DocumentName = 'errors' | 'openapi' | 'reference';

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
};
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' };
/** They change with the version that runs, which nobody can tell from outside: caches ask again, and mostly get 304. */
const CACHING = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' };

/** The documentation of the API. Made when it is first asked for. */
@Injectable()
export class ApiDocs {
  readonly #documentOf: () => ApiDocument;
  readonly #made = new Map<DocumentName, StaticAnswer>();

  constructor(@Inject(API_DOCUMENT) documentOf: () => ApiDocument) {
    this.#documentOf = documentOf;
  }

  get(name: DocumentName): StaticAnswer {
    const made = this.#made.get(name) ?? this.#make(name);
    this.#made.set(name, made);
    return made;
  }

  #make(name: DocumentName): StaticAnswer {
    const document = this.#documentOf();
    switch (name) {
      case 'openapi':
        return answerOf(JSON.stringify(document), JSON_TYPE);
      case 'reference':
        return answerOf(referencePage(document), PAGE);
      case 'errors':
        return answerOf(errorsPage(document), PAGE);
    }
  }
}

function answerOf(text: string, headers: Readonly<Record<string, string>>): StaticAnswer {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { headers: { ...headers, ...CACHING, etag }, body };
}

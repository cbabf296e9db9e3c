import { catalogueGroups, type ErrorEntry } from '@crossdock/contracts';
import type { ApiDocument, DocumentedOperation } from '../document.ts';
import { html, joined, type Html } from './html.ts';
import { navGroup, page } from './layout.ts';
import { inline } from './markdown.ts';
import { statusText } from './operation-view.ts';

/** The catalogue of errors as a page to read: each code under its own name, as problem documents link it. */
export function errorsPage(document: ApiDocument): string {
  const { info } = document;
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  return page({
    title: `${info.title} errors`,
    version: info.version,
    nav: catalogueGroups.map(({ title, entries }) =>
      navGroup(
        title,
        Object.keys(entries).map((code) => html`<a href="#${code}">${code}</a>`),
      ),
    ),
    main: [
      html`<h1>Error codes</h1>
        <p class="lead">
          Every refusal, failed attempt and failed start carries one of these codes. What happened, why and what to do now are the same each
          time and stand here; where it happened, and with which values, stands in the answer or the log line.
        </p>`,
      ...catalogueGroups.flatMap(({ title, entries }) => [
        html`<h2>${title}</h2>`,
        ...Object.entries(entries).map(([code, entry]) =>
          entryView(
            code,
            entry,
            operations.filter((operation) => answers(operation, code)),
          ),
        ),
      ]),
    ],
  });
}

const answers = (operation: DocumentedOperation, code: string): boolean =>
  Object.values(operation['x-error-codes']).some((codes) => codes.some((each) => each === code));

/** What nearly all operations can answer is not worth a list. */
const MOST_LISTED = 12;

function entryView(
  code: string,
  { status, title, why, hint, retriable, legacy }: ErrorEntry,
  operations: readonly DocumentedOperation[],
): Html {
  const links = operations.map(({ operationId }) => html`<a href="/api/docs#${operationId}">${operationId}</a>`);
  const where = links.length > MOST_LISTED ? html`${links.length} operations` : joined(links, ', ');
  return html`<section class="card" id="${code}">
    <h3>
      <a class="anchor" href="#${code}"><code>${code}</code></a>
    </h3>
    <p class="summary">${title}</p>
    <dl>
      <dt>Status</dt>
      <dd>${statusText(status)}</dd>
      <dt>Why</dt>
      <dd>${inline(why)}</dd>
      <dt>What now</dt>
      <dd>${inline(hint)}</dd>
      <dt>Again</dt>
      <dd>${retriable ? 'Sending the same again can work.' : 'Sending the same again does not help.'}</dd>
      ${
        legacy === undefined
          ? undefined
          : html`<dt>Text</dt>
              <dd><code>${legacy}</code>, on the original’s routes</dd>`
      }${
        links.length === 0
          ? undefined
          : html`<dt>Answered by</dt>
              <dd>${where}</dd>`
      }
    </dl>
  </section>`;
}

import type { ApiDocument } from '../document.ts';
import { html, type Html } from './html.ts';
import { navGroup, page } from './layout.ts';
import { inline, markdown } from './markdown.ts';
import { operationView } from './operation-view.ts';
import type { PlacedOperation } from './placed-operation.ts';
import { schemaSection } from './schema-view.ts';

/** The OpenAPI document as a page to read. */
export function referencePage(document: ApiDocument): string {
  const { info, tags, components } = document;
  const operations: readonly PlacedOperation[] = [
    ...Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    ),
    ...Object.values(document.webhooks).map(({ post }) => ({ method: 'post', path: undefined, operation: post })),
  ];
  const groups = tags.map((tag) => ({ ...tag, operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)) }));
  const schemas = Object.entries(components.schemas).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return page({
    title: `${info.title} API`,
    version: info.version,
    nav: [
      ...groups.map((group) => navGroup(group.name, group.operations.map(operationLink))),
      navGroup(
        'Schemas',
        schemas.map(([name]) => html`<a href="#schema-${name}">${name}</a>`),
      ),
    ],
    main: [
      html`<h1>${info.title} API</h1>
        <div class="lead">${markdown(info.description)}</div>`,
      ...groups.flatMap((group) => [
        html`<h2 id="tag-${group.name}">${group.name}</h2>
          <p class="lead">${inline(group.description)}</p>`,
        ...group.operations.map((operation) => operationView(document, operation)),
      ]),
      html`<h2 id="schemas">Schemas</h2>
        <p class="lead">What requests and answers are made of. <sup>*</sup> marks what is always there, or must be.</p>`,
      ...schemas.map(([name, schema]) => schemaSection(name, schema)),
    ],
  });
}

/** By the verb of its id, which is short: the reader sees the subject above. */
const operationLink = ({ method, operation }: PlacedOperation): Html => {
  const verb = operation.operationId.replace(/^.*\./, '').replaceAll('_', ' ');
  return html`<a href="#${operation.operationId}" title="${operation.summary}"
    ><span class="method ${method}">${method}</span><span>${verb}</span></a
  >`;
};

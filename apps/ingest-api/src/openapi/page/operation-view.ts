import { STATUS_CODES } from 'node:http';
import { errorDocsPath, type ErrorCode, type JsonSchema } from '@crossdock/contracts';
import { resolved, type ApiDocument, type DocumentedAnswer, type DocumentedParameter } from '../document.ts';
import { curlOf } from './curl.ts';
import { html, joined, type Html } from './html.ts';
import { inline } from './markdown.ts';
import type { PlacedOperation } from './placed-operation.ts';
import { exampleOf, jsonView, membersOf, typeOf } from './schema-view.ts';

export function operationView(document: ApiDocument, placed: PlacedOperation): Html {
  const { method, path, operation } = placed;
  const { operationId, summary, description, deprecated, requestBody } = operation;
  const parameters = (operation.parameters ?? []).map((parameter) => resolved(document.components.parameters, parameter));
  const schema = requestBody?.content['application/json']?.schema;
  return html`<section class="card" id="${operationId}">
    <h3>
      <span class="method ${method}">${method}</span>
      <code class="path">${path === undefined ? 'the mapping’s URL' : pathView(path)}</code
      >${deprecated === true ? html` <span class="mark">old form</span>` : undefined}
    </h3>
    <p class="summary"><a class="anchor" href="#${operationId}">${summary}</a></p>
    ${description === undefined ? undefined : html`<p>${inline(description)}</p>`}
    ${parameters.length === 0 ? undefined : parametersView(parameters)}
    ${schema === undefined ? undefined : bodyView(document, schema, requestBody?.required === true)} ${answersView(document, operation)}
    ${
      path === undefined
        ? undefined
        : html`<h4>curl</h4>
            <pre>${curlOf(document, placed, parameters)}</pre>`
    }
  </section>`;
}

/** `/api/stores/{store_id}` with its parameters marked. */
const pathView = (path: string): readonly Html[] =>
  path.split(/(\{\w+\})/).map((part) => (part.startsWith('{') ? html`<var>${part}</var>` : html`${part}`));

function parametersView(parameters: readonly DocumentedParameter[]): Html {
  const items = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      html`<li>
        <code class="name">${name}</code>${required === true ? html`<sup title="required">*</sup>` : undefined}
        <span class="place">${place}</span> <span class="type">${typeOf(schema)}</span> <span class="said">${inline(description)}</span>
      </li>`,
  );
  return html`<h4>Parameters</h4>
    <ul class="members">
      ${items}
    </ul>`;
}

function bodyView(document: ApiDocument, schema: JsonSchema, required: boolean): Html {
  const left = required ? undefined : html` <span class="said">may be left out</span>`;
  return html`<h4>Body <span class="type">${typeOf(schema)}</span>${left}</h4>
    ${membersOf(withoutWrapper(document, schema))}`;
}

/** The members of a schema, of which references are followed once. */
function expanded(document: ApiDocument, schema: JsonSchema): Html | undefined {
  const target = withoutWrapper(document, schema);
  const members = membersOf(target);
  return members === undefined
    ? undefined
    : html`<details>
        <summary>Members</summary>
        ${members}
      </details>`;
}

/** Of what may stand in an object under a name, the thing itself; of an extension, what it extends with what it requires. */
function withoutWrapper(document: ApiDocument, schema: JsonSchema): JsonSchema {
  const { anyOf, $ref, items } = schema;
  if (Array.isArray(anyOf)) return withoutWrapper(document, (anyOf as readonly JsonSchema[])[0] ?? {});
  if (typeof items === 'object' && items !== null) return withoutWrapper(document, items as JsonSchema);
  if (typeof $ref !== 'string') return schema;
  const found = resolved(document.components.schemas, { $ref });
  const [base] = (found['allOf'] ?? []) as readonly JsonSchema[];
  return base === undefined ? found : { ...withoutWrapper(document, base), required: found['required'] };
}

function answersView(document: ApiDocument, operation: PlacedOperation['operation']): Html {
  const rows = Object.entries(operation.responses).map(([status, answer]) => {
    const refusal = '$ref' in answer;
    const found = resolved<DocumentedAnswer>(document.components.responses, answer);
    const codes = operation['x-error-codes']?.[status] ?? [];
    const what = refusal ? refusalView(codes) : html`${inline(found.description)}${contentView(document, found)}`;
    return html`<tr>
      <th><code class="status s${status.charAt(0)}">${status}</code></th>
      <td>${what}</td>
    </tr>`;
  });
  const form = Object.entries(operation.responses).find(([, answer]) => '$ref' in answer)?.[1];
  const shape = form === undefined ? undefined : resolved<DocumentedAnswer>(document.components.responses, form).content;
  const [schema] = Object.values(shape ?? {}).map((content) => content.schema);
  const said = schema === undefined ? undefined : html` <span class="said">Refusals are ${typeOf(schema)}.</span>`;
  return html`<h4>Answers${said}</h4>
    <table>
      ${rows}
    </table>`;
}

function contentView(document: ApiDocument, { headers = {}, content = {} }: DocumentedAnswer): Html {
  const names = Object.keys(headers);
  const parts = Object.entries(content).map(([media, { schema }]) => {
    const example = exampleOf(withoutWrapper(document, schema));
    const shown =
      example === undefined
        ? undefined
        : html`<details>
            <summary>Example</summary>
            ${jsonView(example)}
          </details>`;
    return html`<div>
      <span class="type">${typeOf(schema)}</span
      >${media === 'application/json' ? undefined : html` <code>${media}</code>`}${expanded(document, schema)}${shown}
    </div>`;
  });
  return html`${
    names.length === 0
      ? undefined
      : html` With
        ${joined(
          names.map((name) => html`<code>${name}</code>`),
          ', ',
        )}.`
  }${parts}`;
}

const refusalView = (codes: readonly ErrorCode[]): Html =>
  joined(
    codes.map((code) => html`<a class="code" href="${errorDocsPath}#${code}">${code}</a>`),
    ' ',
  );

/** `404 Not Found`. */
export const statusText = (status: number | string): string => `${status} ${STATUS_CODES[Number(status)] ?? ''}`.trim();

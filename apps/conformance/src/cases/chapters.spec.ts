import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Case, Chapter, Request, Step } from '../suite/case.ts';
import { placesIn } from '../suite/fill.ts';
import { chapters } from './chapters.ts';

const known = ['store', 'token', 'suffix', 'case', 'no_store', 'too_many_bytes'];
const own: readonly (readonly [chapter: Chapter, one: Case])[] = chapters.flatMap((chapter) =>
  chapter.cases.map((one) => [chapter, one] as const),
);
const allSteps: readonly Step[] = chapters.flatMap(({ given = [], cases }) => [...given, ...cases.flatMap(({ steps }) => steps)]);

/** Every row of the protocol's HTTP API, as requests name it. */
const rows = [
  'POST /api/stores/:/messages',
  'POST /api/messages',
  'POST /messages',
  'GET /api/stores/:/messages/:',
  'PUT /api/stores/:/messages/:',
  'GET /api/stores/:/available_messages',
  'GET /api/samples',
  'GET /api/samples/:',
  'GET /api/stores/:/queues',
  ...['incoming', 'accepted', 'archived'].flatMap((name) => [`GET /api/stores/:/queues/${name}`, `POST /api/stores/:/queues/${name}`]),
  'GET /api/stores/:/notifications',
  ...['integrations', 'mappings', 'parameters', 'schedulers'].flatMap((kind) => [
    `GET /api/stores/:/${kind}`,
    `POST /api/stores/:/${kind}`,
    `PUT /api/stores/:/${kind}/:`,
    `DELETE /api/stores/:/${kind}/:`,
  ]),
  'POST /api/stores/:/integrations/:/signup',
  ...['enable', 'disable'].flatMap((verb) => ['GET', 'PUT'].map((method) => `${method} /api/stores/:/integrations/:/${verb}_mappings`)),
  'POST /api/stores/:/messages/batch',
];

/** Pages and probes of this hub, which have tests of their own. */
const notOfTheProtocol = [
  'GET /api/rejected_records',
  'GET /livez',
  'GET /readyz',
  'GET /startupz',
  'GET /api/docs',
  'GET /api/docs/errors',
];

/** A request without its ids and its query. */
function rowOf({ method, path }: Request): string {
  const [plain = ''] = path.split('?');
  return `${method} ${plain.replaceAll(/<\w+>|\b[0-9a-f]{24}\b|(?<=samples\/)[\w:]+/g, ':').replace(/(?<!openapi)\.json$|\/$/, '')}`;
}

it('has a case for every row of the protocol', () => {
  const asked = new Set(allSteps.map(({ request }) => rowOf(request)));
  expect(rows.filter((row) => !asked.has(row))).toEqual([]);
});

it('has a case for every route that this hub describes', () => {
  const { paths } = JSON.parse(readFileSync(new URL('../../../../openapi.json', import.meta.url), 'utf8')) as {
    readonly paths: Readonly<Record<string, object>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ['get', 'post', 'put', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ':')}`),
  );
  const asked = allSteps.map(({ request }) => rowOf(request)).map((row) => row.replace(/(?<=queues\/|schemas\/)[\w:.-]+(?=\/|$)/, ':'));
  expect(described.filter((route) => !asked.includes(route))).toEqual(notOfTheProtocol);
});

it('names every case once', () => {
  const names = own.map(([{ title }, { name }]) => `${title}: ${name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(chapters.map((chapter) => [chapter.title, chapter] as const))('%s', (_title, chapter) => {
  it.each(chapter.cases.map((one) => [one.name, one] as const))('%s', (name, { steps, needs = [], elsewhere }) => {
    const all = [...(chapter.given ?? []), ...steps];
    const uses = (place: string): boolean => placesIn(all).includes(place);
    const senders = new Set(all.map(({ request: { from } }) => from));
    const lacking = new Set([...(chapter.needs ?? []), ...needs]);

    // Names are sentences without a full stop, and a case does something, or says why it cannot.
    expect(name).toMatch(/^[^a-z].*[^.]$/);
    expect(steps.length === 0).toBe(elsewhere !== undefined);
    // It says what it needs, and needs what it says.
    expect({ endpoint: lacking.has('endpoint'), admin: lacking.has('admin') }).toEqual({
      endpoint: uses('endpoint'),
      admin: uses('other') || senders.has('admin') || senders.has('other'),
    });
    // Nothing is used before it is known.
    const there = new Set([...known, ...lacking, 'other']);
    for (const step of all) {
      for (const place of placesIn(step.request)) expect(there).toContain(place);
      for (const place of Object.keys(step.capture ?? {})) there.add(place);
      for (const place of [...placesIn(step.answer), ...placesIn(step.undo)]) expect(there).toContain(place);
    }
    // What is asked again and again changes nothing; what makes something takes it back.
    expect(all.filter(({ eventually: again, request }) => again === true && request.method !== 'GET')).toEqual([]);
    const making = all.filter(
      ({ request, answer }) =>
        /^POST .*(?:mappings|parameters|integrations|schedulers)$/.test(rowOf(request)) && [201, 422].includes(Number(answer.status)),
    );
    expect(making.filter(({ undo }) => undo?.method !== 'DELETE')).toEqual([]);
  });
});

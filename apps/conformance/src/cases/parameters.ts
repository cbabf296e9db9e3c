import type { Case, Chapter } from '../suite/case.ts';
import { anId, holding, lacking, someText, type Template } from '../suite/expected.ts';
import { del, get, invalid, nothing, post, put, refused, refuseToMake, removed, step, store, unknown } from './steps.ts';

const base = `${store}/parameters`;
const one = `${base}/<parameter>`;
const name = 'conformance.<suffix>.limit';

const make = (members: { readonly [member: string]: Template }, shown: { readonly [member: string]: Template } = members) =>
  step(
    post(base, members),
    { status: 201, body: { id: anId, store_id: '<store>', ...shown } },
    { capture: { parameter: '/id' }, undo: del(one) },
  );

const table = [
  { from: 'UPS', to: 'ups_ground' },
  { from: 'DHL', to: 'dhl' },
];
const types: readonly (readonly [type: string, value: Template])[] = [
  ['string', 'abc'],
  ['integer', 5],
  ['float', 5.5],
  ['boolean', true],
  ['list', table],
];
const misfits: readonly (readonly [type: string, value: Template])[] = [
  ['integer', 'many'],
  ['integer', 5.5],
  ['float', 'much'],
  ['boolean', 'perhaps'],
  ['list', 'abc'],
];

export const parameters: Chapter = {
  title: 'Parameters',
  about: '`GET`, `POST /api/stores/:store_id/parameters`, `GET`, `PUT`, `DELETE …/:id`: `{id, name, value, data_type, store_id}`.',
  cases: [
    ...types.map(([type, value]): Case => ({
      name: `A parameter of the data type ${type} is made, 201, and shown`,
      steps: [
        make({ name, value, data_type: type }),
        step(get(one), { status: 200, body: { id: '<parameter>', store_id: '<store>', name, value, data_type: type } }),
        step(get(base), { status: 200, body: holding({ id: '<parameter>', name, value, data_type: type }) }),
      ],
    })),
    ...types.map(([type, value]): Case => ({
      name: `A value alone makes a parameter of its kind: ${type}`,
      steps: [make({ name, value }, { name, value, data_type: type })],
    })),
    { name: 'A parameter may be wrapped in `parameter`', steps: [make({ parameter: { name, value: 5 } }, { name, value: 5 })] },
    ...['api_key', 'mandrill.api_key', 'spree.force_quantity', 'a1.b-2_c'].map((given): Case => ({
      name: `A name such as ${given} is kept as it is`,
      steps: [make({ name: `conformance.<suffix>.${given}`, value: 'x' })],
    })),
    {
      name: 'A value that can be read as its data type is',
      steps: [make({ name, value: '7', data_type: 'integer' }, { value: 7, data_type: 'integer' })],
    },
    {
      name: 'PUT changes what is given and leaves the rest',
      steps: [
        make({ name, value: 5 }),
        step(put(one, { value: 6 }), { status: 200, body: { id: '<parameter>', name, value: 6, data_type: 'integer' } }),
        step(get(one), { status: 200, body: { value: 6 } }),
      ],
    },
    {
      name: 'DELETE removes it, 200 without content',
      steps: [
        make({ name, value: 5 }),
        step(del(one), removed),
        step(get(one), unknown),
        step(get(base), { status: 200, body: lacking({ id: '<parameter>' }) }),
      ],
    },
    ...misfits.map(([type, value]): Case => ({
      name: `${JSON.stringify(value)} is no ${type}: 422`,
      steps: [refuseToMake(base, { name, value, data_type: type }, invalid('value'))],
    })),
    { name: 'A parameter without a name is 422', steps: [refuseToMake(base, { value: 5 }, invalid('name'))] },
    {
      name: 'A parameter with a blank in its name is 422',
      steps: [refuseToMake(base, { name: 'api key', value: 5 }, invalid('name'))],
    },
    { name: 'A parameter without a value is 422', steps: [refuseToMake(base, { name }, invalid('value'))] },
    { name: 'An unknown data type is 422', steps: [refuseToMake(base, { name, value: 5, data_type: 'number' }, invalid('data_type'))] },
    {
      name: 'Everything that is wrong is told at once',
      steps: [refuseToMake(base, { value: 'x', data_type: 'date', name: 5 }, invalid('name', 'data_type'))],
    },
    { name: 'A name that is taken is 422', steps: [make({ name, value: 5 }), refuseToMake(base, { name, value: 6 }, invalid('name'))] },
    {
      name: 'A change that does not fit the data type is 422 and changes nothing',
      steps: [
        make({ name, value: 5 }),
        step(put(one, { value: 'many' }), invalid('value')),
        step(get(one), { status: 200, body: { value: 5 } }),
      ],
    },
    {
      name: 'A body that is no JSON object is 400',
      steps: [step(post(base, []), refused(400)), step(post(base, undefined, { body: { text: '{' } }), refused(400))],
    },
    {
      name: 'An unknown id is 404',
      steps: [get(`${base}/${nothing}`), put(`${base}/${nothing}`, {}), del(`${base}/${nothing}`)].map((request) => step(request, unknown)),
    },
    {
      name: 'A parameter of another store is 404',
      needs: ['admin'],
      steps: [
        step(
          post('/api/stores/<other>/parameters', { name, value: 5 }, { from: 'other' }),
          { status: 201 },
          { capture: { parameter: '/id' }, undo: del('/api/stores/<other>/parameters/<parameter>', { from: 'other' }) },
        ),
        ...[get(one), put(one, { value: 6 }), del(one)].map((request) => step(request, unknown)),
      ],
    },
    {
      name: 'A secret parameter is masked wherever it is shown',
      steps: [
        step(
          post(base, { name, value: 'hush-<suffix>', secret: true }),
          { status: 201, body: { value: '****', secret: true } },
          { capture: { parameter: '/id' }, undo: del(one) },
        ),
        step(get(one), { status: 200, body: { value: '****' } }),
        step(get(base), { status: 200, body: holding({ id: '<parameter>', value: '****' }) }),
      ],
    },
    {
      name: 'A change may be meant for a revision: `If-Match` with another one is 412',
      steps: [
        make({ name, value: 5 }),
        step(get(one), { status: 200, headers: { etag: someText } }, { capture: { tag: 'header:etag' } }),
        step(put(one, { value: 6 }, { headers: { 'if-match': '<tag>' } }), { status: 200, body: { value: 6 } }),
        step(put(one, { value: 7 }, { headers: { 'if-match': '<tag>' } }), refused(412)),
        step(del(one, { headers: { 'if-match': '<tag>' } }), refused(412)),
        step(get(one), { status: 200, body: { value: 6 } }),
      ],
    },
  ],
};

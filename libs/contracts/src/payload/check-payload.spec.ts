import type { PayloadFindings } from '@crossdock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkPayload } from './check-payload.ts';
import { builtInTypes, messageTypes, typeAliases } from './message-types.ts';
import { payloadSchemaOf } from './payload-schemas.ts';

/** `pointer code` of each finding, errors and warnings apart. */
const brief = ({ errors, warnings }: PayloadFindings): { errors: string[]; warnings: string[] } => ({
  errors: errors.map(({ pointer, code }) => `${pointer} ${code}`),
  warnings: warnings.map(({ pointer, code }) => `${pointer} ${code}`),
});
const errorsOf = (type: string, payload: unknown): string[] => brief(checkPayload(type, payload)).errors;
const fine = { errors: [], warnings: [] };

const allNames = builtInTypes.flatMap(typeAliases);
const orderTypes = ['order:new', 'order:updated', 'order:update', 'order:canceled', 'order:cancelled', 'order:cancel'];
const storeTypes = ['order:persist', 'order:import', 'order:capture', 'order:ship'];
const confirmTypes = ['shipment:confirm', 'shipment:confirmation', 'shipment:confirmed'];
const rootKeys: readonly (readonly [string, string])[] = [
  ['payment:ready', 'payment'],
  ['payment:capture', 'payment'],
  ['product:new', 'product'],
  ['product:update', 'product'],
  ['user:new', 'user'],
  ['user:updated', 'user'],
  ['purchase_order:new', 'purchase_order'],
  ['purchase_order:received', 'purchase_order'],
  ['purchase_order:confirm', 'purchase_order'],
  ['stock_transfer:new', 'stock_transfer'],
  ['stock_transfer:persist', 'stock_transfer'],
];
const arrays = ['line_items', 'items', 'payments', 'shipments', 'adjustments'];
const objects = ['totals', 'shipping_address', 'billing_address', 'ship_address', 'bill_address'];

const json = fc.jsonValue({ maxDepth: 4 });
const jsonObject = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('order', 'sku', 'quantity', 'shipment', 'items', '__proto__')),
  json,
);

describe('polls and custom types', () => {
  it('holds them to nothing', () => {
    const types = fc.constantFrom(
      'endpoint:poll',
      'amazon:order:poll',
      'stock:poll',
      'acme:thing:happened',
      'constructor',
      'order:shipped',
    );
    fc.assert(
      fc.property(types, fc.option(json, { nil: undefined }), (type, payload) => {
        expect(checkPayload(type, payload)).toEqual(fine);
      }),
    );
  });
});

describe.each(orderTypes)('%s', (type) => {
  it('accepts an empty order, and says that it has no number', () => {
    expect(brief(checkPayload(type, { order: {} }))).toEqual({ errors: [], warnings: ['/order/number identity_missing'] });
  });

  it.each([
    ['nothing', {}, '/order field_missing'],
    ['null', { order: null }, '/order field_missing'],
    ['an array', { order: [{ number: 'R1' }] }, '/order not_an_object'],
    ['a number', { order: 'R1' }, '/order not_an_object'],
  ])('refuses %s for the order', (_name, payload, error) => {
    expect(errorsOf(type, payload)).toEqual([error]);
  });
});

it.each(storeTypes)('%s needs nothing, but an order that is there is an object', (type) => {
  expect(errorsOf(type, {})).toEqual([]);
  expect(errorsOf(type, { order: null })).toEqual([]);
  expect(errorsOf(type, { order: [] })).toEqual(['/order not_an_object']);
  expect(errorsOf(type, { order: { line_items: 'none' } })).toEqual(['/order/line_items not_an_array']);
});

describe.each([...orderTypes, ...storeTypes])('the order of %s', (type) => {
  it.each(arrays)('has an array as %s, also in the older shape', (name) => {
    expect(errorsOf(type, { order: { [name]: [] } })).toEqual([]);
    expect(errorsOf(type, { order: { [name]: null, actual: { [name]: null } } })).toEqual([]);
    expect(errorsOf(type, { order: { [name]: {}, actual: { [name]: 'x' } } })).toEqual([
      `/order/${name} not_an_array`,
      `/order/actual/${name} not_an_array`,
    ]);
  });

  it.each(objects)('has an object as %s, also in the older shape', (name) => {
    expect(errorsOf(type, { order: { [name]: {}, actual: { [name]: null } } })).toEqual([]);
    expect(errorsOf(type, { order: { [name]: [], actual: { [name]: 'x' } } })).toEqual([
      `/order/${name} not_an_object`,
      `/order/actual/${name} not_an_object`,
    ]);
  });

  it.each(['original', 'previous', 'diff'])('has an object as %s beside it', (name) => {
    expect(errorsOf(type, { order: {}, [name]: null })).toEqual([]);
    expect(errorsOf(type, { order: {}, [name]: [] })).toEqual([`/${name} not_an_object`]);
  });
});

it('looks at the older shape only where it is', () => {
  expect(errorsOf('order:new', { order: { original: 'R1' } })).toEqual([]);
  expect(errorsOf('order:new', { order: { actual: null, original: 'R1' } })).toEqual([]);
  expect(errorsOf('order:new', { order: { actual: {}, original: 'R1' } })).toEqual(['/order/original not_an_object']);
  expect(errorsOf('order:new', { order: { actual: [] } })).toEqual(['/order/actual not_an_object']);
});

it('takes payloads as the field has them', () => {
  const order = {
    id: 5,
    number: 'R1',
    total: '114.95',
    email: null,
    placed_on: 'yesterday',
    custom_attribute: [1, { a: null }],
    totals: { item: '99.95', tax: null },
    line_items: [{ quantity: '2', price: 19.99, variant_id: '8' }, 'odd', null],
    ship_address: { state: { name: 'Maryland' }, country: { iso: 'US' } },
    bill_address: { state: 'Maryland', country: 'US' },
    shipments: [{ number: 'H1', items: [], cost: '5.0' }, { items: null }, 7],
  };
  expect(checkPayload('order:new', { order, original: {} })).toEqual(fine);
});

it('looks into the shipments of an order', () => {
  const order = { number: 'R1', shipments: [{ items: [] }, { items: 'x', shipping_address: 1 }] };
  expect(errorsOf('order:new', { order })).toEqual([
    '/order/shipments/1/items not_an_array',
    '/order/shipments/1/shipping_address not_an_object',
  ]);
});

describe('shipment:ready', () => {
  it.each([
    ['a shipment', { shipment: { number: 'H1' } }, fine],
    ['an order', { order: { number: 'R1' } }, fine],
    ['an order in the older shape', { order: { actual: { number: 'R1' } }, shipment: null }, fine],
    ['a shipment and the number of its order', { shipment: { number: 'H1' }, order: 'R1' }, fine],
    [
      'an order and an unusable shipment',
      { order: { id: 1 }, shipment: 'H1' },
      { errors: [], warnings: ['/shipment shipment_not_object'] },
    ],
    ['a shipment without a number', { shipment: {}, order: {} }, { errors: [], warnings: ['/shipment/number identity_missing'] }],
  ])('accepts %s', (_name, payload, findings) => {
    expect(brief(checkPayload('shipment:ready', payload))).toEqual(findings);
  });

  it.each([
    ['neither', {}, [' shipment_or_order_missing']],
    ['two nulls', { shipment: null, order: null }, [' shipment_or_order_missing']],
    ['a number', { shipment: 'H1' }, [' shipment_or_order_missing']],
    ['orders beside a shipment', { shipment: {}, order: [] }, ['/order not_an_object']],
    [
      'odd containers',
      { shipment: { items: 1, shipping_address: 'x' }, order: { totals: 3 } },
      ['/shipment/items not_an_array', '/shipment/shipping_address not_an_object', '/order/totals not_an_object'],
    ],
  ])('refuses %s', (_name, payload, errors) => {
    expect(errorsOf('shipment:ready', payload)).toEqual(errors);
  });
});

describe.each(confirmTypes)('%s', (type) => {
  it('accepts the newer and the older fields', () => {
    expect(checkPayload(type, { shipment: { number: 'H1', status: 'shipped', items: [] } })).toEqual(fine);
    expect(checkPayload(type, { shipment_number: 1, tracking_number: '71N4i304', carrier: 'UPS' })).toEqual(fine);
    expect(brief(checkPayload(type, { carrier: 'UPS' }))).toEqual({ errors: [], warnings: ['/shipment/number identity_missing'] });
  });

  it('refuses an empty payload, a shipment that is no object, and odd containers', () => {
    expect(errorsOf(type, {})).toEqual([' payload_empty']);
    expect(errorsOf(type, { shipment: null })).toEqual([' payload_empty']);
    expect(errorsOf(type, { shipment: 'H1' })).toEqual(['/shipment not_an_object']);
    expect(errorsOf(type, { shipment: { items: {} } })).toEqual(['/shipment/items not_an_array']);
    expect(errorsOf(type, { shipment_number: 1, items: {}, original: 1 })).toEqual(['/items not_an_array', '/original not_an_object']);
  });
});

describe.each(['stock:change', 'stock:actual'])('%s', (type) => {
  it.each([
    ['X', 1],
    [1234, -3],
    ['X', 0],
    ['X', 2.0],
    ['X', '10'],
    ['X', '-10.00'],
  ])('accepts %j × %j', (sku, quantity) => {
    expect(checkPayload(type, { sku, quantity, location: null })).toEqual(fine);
  });

  it.each([
    [{}, ['/sku field_missing', '/quantity field_missing']],
    [{ sku: null, quantity: null }, ['/sku field_missing', '/quantity field_missing']],
    [{ sku: '', quantity: 1.5 }, ['/sku field_empty', '/quantity not_an_integer']],
    [{ sku: true, quantity: '1.5' }, ['/sku not_a_string_or_number', '/quantity not_an_integer']],
    [{ sku: ['X'], quantity: '' }, ['/sku not_a_string_or_number', '/quantity not_an_integer']],
    [{ sku: 'X', quantity: '+1' }, ['/quantity not_an_integer']],
    [{ sku: 'X', quantity: '1\n' }, ['/quantity not_an_integer']],
    [{ sku: 'X', quantity: [1] }, ['/quantity not_an_integer']],
    [{ stock: { sku: 'X', quantity: 1 } }, ['/sku field_missing', '/quantity field_missing']],
  ])('refuses %j', (payload, errors) => {
    expect(errorsOf(type, payload).toSorted()).toEqual(errors.toSorted());
  });
});

describe.each(rootKeys)('%s', (type, key) => {
  it('accepts its fields flat or under the root key', () => {
    expect(checkPayload(type, { id: 1 }).errors).toEqual([]);
    expect(checkPayload(type, { id: 1 })).toEqual(checkPayload(type, { [key]: { id: 1 } }));
    expect(checkPayload(type, { [key]: null, id: 1 })).toEqual(fine);
    expect(brief(checkPayload(type, {}))).toEqual({ errors: [], warnings: [expect.stringMatching(`^/${key}/\\w+ identity_missing$`)] });
  });

  it('refuses a root key that is no object', () => {
    expect(errorsOf(type, { [key]: 'x' })).toEqual([`/${key} not_an_object`]);
    expect(errorsOf(type, { [key]: [{}] })).toEqual([`/${key} not_an_object`]);
  });

  it('checks what stands beside a nested document, not the custom attributes of a flat one', () => {
    expect(errorsOf(type, { [key]: {}, previous: 1, diff: [] })).toEqual(['/previous not_an_object', '/diff not_an_object']);
    expect(errorsOf(type, { id: 1, previous: 1, diff: [], original: 'x' })).toEqual([]);
  });
});

it('checks the containers of purchase orders, users and stock transfers flat and nested', () => {
  expect(errorsOf('purchase_order:new', { line_items: {} })).toEqual(['/line_items not_an_array']);
  expect(errorsOf('purchase_order:new', { purchase_order: { line_items: {} } })).toEqual(['/purchase_order/line_items not_an_array']);
  expect(checkPayload('purchase_order:new', { po_number: 7, vendor: 'V', line_items: [{ line_item: { sku: 'X' } }] })).toEqual(fine);
  expect(errorsOf('user:new', { email: 'a', shipping_address: 'x' })).toEqual(['/shipping_address not_an_object']);
  expect(errorsOf('user:new', { user: { bill_address: [] } })).toEqual(['/user/bill_address not_an_object']);
  expect(errorsOf('stock_transfer:new', { stock_transfer: { items: 3 } })).toEqual(['/stock_transfer/items not_an_array']);
});

it('takes the number of an order beside a payment, but no array of orders', () => {
  expect(checkPayload('payment:ready', { payment: { id: 1 }, order: 'R1' })).toEqual(fine);
  expect(errorsOf('payment:ready', { payment: { id: 1 }, order: [] })).toEqual(['/order not_an_object']);
  expect(errorsOf('payment:ready', { payment: { id: 1 }, order: { totals: [] } })).toEqual(['/order/totals not_an_object']);
});

it.each(['notification:info', 'notification:warn', 'notification:error'])(
  '%s needs nothing; subject and description are strings',
  (type) => {
    expect(checkPayload(type, {})).toEqual(fine);
    expect(checkPayload(type, { subject: '', description: null, extra: 1 })).toEqual(fine);
    expect(errorsOf(type, { subject: 1, description: {} })).toEqual(['/subject not_a_string', '/description not_a_string']);
  },
);

it.each([[null], [undefined], [[]], ['x'], [1], [true]])('refuses %j as the payload of any type with rules', (payload) => {
  for (const type of allNames.filter((name) => !name.endsWith(':poll'))) expect(errorsOf(type, payload)).toEqual([' payload_not_object']);
});

it('says what was found and what is needed, in a sentence', () => {
  const { errors } = checkPayload('order:new', { order: { line_items: 'three', totals: [1, 2], payments: 3 }, diff: true });
  expect(errors.map(({ reason }) => reason)).toEqual([
    '`line_items` is the string "three". It must be an array of line items ([] where there are none).',
    '`payments` is the number 3. It must be an array of payments ([] where there are none).',
    '`totals` is an array of 2. It must be an object: the sums, each under its name.',
    '`diff` is true. It must be an object: the changes as {field: [before, after]}.',
  ]);
  expect(
    checkPayload('stock:change', { sku: '', quantity: null })
      .errors.map(({ reason }) => reason)
      .toSorted(),
  ).toEqual([
    '`quantity` is missing (null counts as absent). It must be a whole number such as 5, -2 or "10".',
    '`sku` is an empty string. It must be a non-empty string, or a number.',
  ]);
});

it('stays bounded and printable whatever a stranger sends', () => {
  const shipments = Array.from({ length: 10_000 }, () => ({ items: `\u0000\u{1F600}${'x'.repeat(500)}` }));
  const { errors } = checkPayload('order:new', { order: { shipments } });
  expect(errors).toHaveLength(50);
  const longest = Math.max(...errors.map(({ reason }) => reason.length));
  expect(longest).toBeLessThan(250);
  expect(errors.some(({ reason }) => reason.includes('\u0000'))).toBe(false);
  expect(errors[0]?.reason).toContain(String.raw`"\u0000😀x`);
});

it('is not deceived by keys of the prototype', () => {
  const hostile: unknown = JSON.parse('{"__proto__":{"order":{},"sku":"X","quantity":1},"constructor":{"prototype":{"order":{}}}}');
  expect(errorsOf('order:new', hostile)).toEqual(['/order field_missing']);
  expect(errorsOf('stock:change', hostile)).toEqual(['/sku field_missing', '/quantity field_missing']);
  expect(brief(checkPayload('order:new', JSON.parse('{"order":{"__proto__":{"number":"R1","items":3}}}')))).toEqual({
    errors: [],
    warnings: ['/order/number identity_missing'],
  });
  expect(({} as Record<string, unknown>)['order']).toBeUndefined();
});

describe('laws', () => {
  const type = fc.constantFrom(...allNames);

  it('answers for any JSON, the same each time, and changes nothing in it', () => {
    fc.assert(
      fc.property(type, fc.oneof(json, jsonObject), (name, payload) => {
        const before = structuredClone(payload);
        const first = checkPayload(name, payload);
        expect(checkPayload(name, payload)).toEqual(first);
        expect(payload).toEqual(before);
      }),
    );
  });

  it('takes a member that is null for one that is absent', () => {
    fc.assert(
      fc.property(
        type,
        jsonObject,
        fc.constantFrom('order', 'shipment', 'sku', 'payment', 'product', 'diff', 'items', 'subject'),
        (name, payload, key) => {
          const { [key]: _dropped, ...without } = payload;
          const sorted = ({ errors, warnings }: PayloadFindings): unknown => [
            errors.toSorted((a, b) => (a.pointer < b.pointer ? -1 : 1)),
            warnings,
          ];
          expect(sorted(checkPayload(name, { ...without, [key]: null }))).toEqual(sorted(checkPayload(name, without)));
        },
      ),
    );
  });

  it('points each finding at something that can be pointed at', () => {
    fc.assert(
      fc.property(type, jsonObject, (name, payload) => {
        const { errors, warnings } = checkPayload(name, payload);
        for (const { pointer, reason } of [...errors, ...warnings]) {
          expect(pointer).toMatch(/^(\/[a-z0-9_]+)*$/);
          expect(reason).toMatch(/^.{20,400}\.$/s);
        }
      }),
    );
  });

  it('gives every name of a type the same rules', () => {
    fc.assert(
      fc.property(type, jsonObject, (name, payload) => {
        for (const alias of typeAliases(name)) expect(checkPayload(alias, payload)).toEqual(checkPayload(name, payload));
      }),
    );
  });

  it('accepts unknown members anywhere', () => {
    const unknown = fc.dictionary(fc.stringMatching(/^x_[a-z]{1,8}$/), json);
    fc.assert(
      fc.property(unknown, unknown, (outer, inner) => {
        expect(checkPayload('order:new', { ...outer, order: { number: 'R1', ...inner } })).toEqual(fine);
        expect(checkPayload('stock:change', { ...outer, sku: 'X', quantity: 1 })).toEqual(fine);
        expect(checkPayload('product:new', { ...outer, id: 1 })).toEqual(fine);
      }),
    );
  });
});

it.each([...new Set(messageTypes.map(({ family }) => family))])('the schema of the family %s is one', (family) => {
  expect(new Ajv2020().validateSchema(payloadSchemaOf(family) ?? {})).toBe(true);
});

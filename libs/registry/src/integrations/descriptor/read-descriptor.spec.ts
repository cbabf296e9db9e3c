import { isMessageType } from '@crossdock/contracts';
import type { DescriptorRead, EndpointDescription, JsonObject, ServiceDescription } from '@crossdock/core';
import { describe, expect, it } from 'vitest';
import { regexCompiler } from '../../mappings/compile-regex.ts';
import { descriptorLimits } from './descriptor-limits.ts';
import { readDescriptor } from './read-descriptor.ts';
import { descriptorFiles } from './testing/descriptor-files.ts';

const rules = { compileRegex: regexCompiler(), isMessageType, url: 'https://apps.example/pigeon' };
const read = (file: unknown): DescriptorRead => readDescriptor(typeof file === 'string' ? file : JSON.stringify(file), rules);

function described(file: unknown): EndpointDescription {
  const result = read(file);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.description;
}
const problemsOf = (file: unknown): readonly (readonly [string, string, string])[] => {
  const result = read(file);
  return result.ok ? [] : result.problems.map(({ pointer, code, reason }) => [pointer, code, reason]);
};
const warningsOf = (file: unknown): readonly (readonly [string, string])[] => {
  const result = read(file);
  return result.ok ? result.warnings.map(({ pointer, reason }) => [pointer, reason]) : [];
};
const withService = (service: object): JsonObject => ({ name: 'a', services: [{ name: 'add', path: '/add', ...service }] });
const serviceOf = (service: object): ServiceDescription | undefined => described(withService(service)).services[0];
const bare = { recommends: { messages: [], identifiers: {}, filters: [], options: {} }, produces: [] };

describe('a file as the guides want it', () => {
  it('is read without a warning', () => {
    expect(read(descriptorFiles.mails)).toEqual({
      ok: true,
      warnings: [],
      description: {
        name: 'pigeon',
        display: 'Pigeon Post',
        description: 'Mails to customers',
        icon_url: 'https://apps.example/pigeon/pigeon.png',
        help: 'https://guides.example/pigeon',
        services: [
          {
            name: 'order_confirmation',
            path: '/order_confirmation',
            description: 'Thanks for an order',
            required: false,
            requires: {
              parameters: [
                { name: 'api_key', description: 'Key of the mailer', data_type: 'string', optional: false },
                { name: 'order_confirmation.from', description: 'Sender', data_type: 'string', optional: false },
                { name: 'order_confirmation.subject', description: 'Subject', data_type: 'string', optional: false, default: 'Thank you!' },
                { name: 'order_confirmation.template', description: 'Template', data_type: 'string', optional: true },
              ],
            },
            recommends: {
              messages: ['order:new', 'order:updated'],
              identifiers: { order_number: 'payload.order.number' },
              filters: [{ path: 'payload.order.status', operator: 'eq', value: 'complete', match_rule: 'all' }],
              options: { retries_allowed: true },
            },
            produces: ['email:sent'],
          },
          { name: 'echo', path: '/', description: 'Answers what it is sent', required: false, requires: { parameters: [] }, ...bare },
        ],
      },
    });
  });
});

describe('a file as the field has it', () => {
  it('of the oldest form is read, and each older name is told', () => {
    expect(described(descriptorFiles.oldest).services).toEqual([
      {
        name: 'fetch_orders',
        path: '/fetch_orders',
        description: 'Fetches orders',
        required: false,
        requires: {
          parameters: [
            { name: 'seller_key', description: 'Key of the seller', data_type: 'string', optional: false },
            { name: 'fetched_until', description: 'Date of the last order', data_type: 'string', optional: false },
          ],
        },
        recommends: {
          messages: ['bazaar:order:poll'],
          identifiers: { order_number: 'payload.order.actual.number' },
          filters: [],
          options: { retries_allowed: false },
        },
        produces: ['order:import'],
      },
    ]);
    const at = '/consumers/0';
    expect(warningsOf(descriptorFiles.oldest)).toEqual([
      ['/consumers', '"consumers" is read as "services".'],
      [`${at}/requires/paramaters`, '"paramaters" is read as "parameters".'],
      [`${at}/requires/paramaters/0/value`, '"value" is read as "description".'],
      [`${at}/requires/paramaters/1/value`, '"value" is read as "description".'],
      [`${at}/reccomends`, '"reccomends" is read as "recommends".'],
      [`${at}/reccomends/keys`, '"keys" is read as "messages".'],
      [`${at}/reccomends/event_key`, '"event_key" is read as "identifiers".'],
      [`${at}/reccomends/options/allow_retries`, '"allow_retries" is read as "retries_allowed".'],
    ]);
  });

  it('keeps passwords secret, required services required, and says that schedules are not made', () => {
    expect(described(descriptorFiles.poller).services).toEqual([
      {
        name: 'tracking',
        path: '/tracking',
        description: '',
        required: true,
        requires: {
          parameters: [
            { name: 'user', description: 'User', data_type: 'string', optional: false },
            { name: 'password', description: 'Password', data_type: 'string', secret: true, optional: false },
          ],
        },
        ...bare,
        recommends: { ...bare.recommends, messages: ['parcels:results:poll'] },
      },
    ]);
    expect(warningsOf(descriptorFiles.poller)).toEqual([
      ['/services/0/recommends/schedule', 'The service is to be called at an interval. The hub makes no schedule by itself.'],
    ]);
  });

  it('calls data types by any word, and may list parameters directly', () => {
    expect(described(descriptorFiles.ledger).services[0]?.requires.parameters).toEqual([
      { name: 'methods', description: '', data_type: 'list', optional: false, default: [{ shop: 'Cash', ledger: 'Till 1' }] },
      { name: 'separate', description: '', data_type: 'boolean', optional: false, default: true },
      { name: 'year2013.limit', description: '', data_type: 'float', optional: false, default: 99.5 },
      { name: 'days', description: '', data_type: 'integer', optional: false, default: 30 },
      { name: 'colour', description: '', data_type: 'string', optional: false },
      { name: 'untyped', description: '', data_type: 'integer', optional: false, default: 5 },
    ]);
    expect(warningsOf(descriptorFiles.ledger)).toEqual([
      ['/services/0/path', 'The path is read as "/book".'],
      ['/services/0/parameters/1/data_type', '"checkbox" is read as boolean.'],
      ['/services/0/parameters/2/data_type', '"number" is read as float.'],
      ['/services/0/parameters/3/data_type', '"int" is read as integer.'],
      ['/services/0/parameters/4/data_type', '"colour" is read as string.'],
    ]);
  });

  it('may hold services and parameters by name, and no name of its own', () => {
    expect(described(descriptorFiles.keyed)).toEqual({
      name: 'apps_example',
      display: 'apps_example',
      description: '',
      icon_url: null,
      help: '',
      services: [
        {
          name: 'add_order',
          path: '/add_order',
          description: '',
          required: false,
          requires: {
            parameters: [
              { name: 'Api.Key2', description: 'Key', data_type: 'string', optional: false },
              { name: 'limit', description: '', data_type: 'integer', optional: false },
            ],
          },
          ...bare,
        },
        {
          name: 'update_order',
          path: '/update_order',
          description: '',
          required: false,
          requires: { parameters: [] },
          recommends: { ...bare.recommends, messages: ['order:updated'] },
          produces: ['notification:info'],
        },
      ],
    });
    expect(warningsOf(descriptorFiles.keyed)).toEqual([
      ['/name', 'The file has no usable name, so that the endpoint is called "apps_example" after its host.'],
      ['/services/Add Order', 'The name is read as "add_order".'],
    ]);
  });

  it('may have no services yet', () => {
    expect(described(descriptorFiles.empty).services).toEqual([]);
    expect(warningsOf(descriptorFiles.empty)).toEqual([['/services', 'The endpoint has no services.']]);
  });
});

describe('what is no JSON object', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'The answer is empty.'],
    ['blanks', ' \n', 'The answer is empty.'],
    ['a page', '\n<!doctype html><p>Hello', 'The answer is HTML or XML, not JSON: is this the endpoint’s base URL?'],
    [
      'a text',
      'Pigeon is\nrunning.',
      'The answer is text, not JSON: is this the endpoint’s base URL? It begins with "Pigeon is running.".',
    ],
    ['an array', '[{"name": "pigeon"}]', 'The answer is an array, not a JSON object.'],
    ['deep arrays', '['.repeat(500_000), 'The answer is an array, not a JSON object.'],
    ['a value', '"pigeon"', 'The answer is a single value, not a JSON object.'],
    ['no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'The answer is not valid UTF-8.'],
    ['deep objects', '{"a":'.repeat(100_000), 'The file is nested more than 32 levels deep at byte 160.'],
    ['33 levels', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'The file is nested more than 32 levels deep at byte 36.'],
    [
      'many members',
      `{${Array.from({ length: 1_001 }, (_, at) => `"${at}":0`).join(',')}}`,
      "The file's object has more than 1000 members.",
    ],
  ])('is refused: %s', (_name, file, reason) => {
    const result = readDescriptor(file, rules);
    expect(result).toEqual({
      ok: false,
      retriable: false,
      problems: [{ pointer: '', code: 'endpoint_json_unreadable', reason, hint: expect.stringMatching(/^[A-Z].*\.$/s) as string }],
    });
  });

  it('is refused with the place where it breaks', () => {
    expect(problemsOf('{"name": "pigeon",}')).toEqual([
      ['', 'endpoint_json_unreadable', expect.stringMatching(/^The answer is not valid JSON: .*position 18/)],
    ]);
  });

  it('but an object behind a byte order mark, or 32 levels deep, is read', () => {
    const file = JSON.stringify(descriptorFiles.mails);
    expect(read(`\ufeff${file}`)).toEqual(read(file));
    expect(described({ ...descriptorFiles.mails, deep: JSON.parse(`${'['.repeat(31)}${']'.repeat(31)}`) as unknown }).name).toBe('pigeon');
  });
});

describe('what makes a file unusable', () => {
  it.each<[string, object, string, string]>([
    ['no services', {}, '/services', 'The file lists no services.'],
    ['null for services', { services: null }, '/services', 'The file lists no services.'],
    ['a text for services', { services: '/add' }, '/services', 'The services are not a list.'],
    ['a service that is none', { services: ['/add'] }, '/services/0', 'The service is not an object.'],
    ['a service without a name', { services: [{ path: '/add' }] }, '/services/0/name', 'The service has no name.'],
    ['a name of signs', { services: [{ name: '?!', path: '/add' }] }, '/services/0/name', 'The service’s name is not usable.'],
    [
      'a long name',
      { services: [{ name: 'a'.repeat(64), path: '/add' }] },
      '/services/0/name',
      'The service’s name has 64 characters; 63 are allowed.',
    ],
    ['a service without a path', { services: [{ name: 'add' }] }, '/services/0/path', 'The service has no path.'],
    ['a number for a path', withService({ path: 5 }), '/services/0/path', 'The service’s path is not a text.'],
    [
      'a path elsewhere',
      withService({ path: 'https://else.example/add' }),
      '/services/0/path',
      'The path is a whole URL: services are called at the endpoint’s own URL only.',
    ],
    [
      'a script for a path',
      withService({ path: 'javascript:alert(1)' }),
      '/services/0/path',
      'The path is a whole URL: services are called at the endpoint’s own URL only.',
    ],
    [
      'a path with a blank',
      withService({ path: '/add order' }),
      '/services/0/path',
      'The path holds a blank, a backslash, a # or a control character.',
    ],
    [
      'a path with a fragment',
      withService({ path: '/add#order' }),
      '/services/0/path',
      'The path holds a blank, a backslash, a # or a control character.',
    ],
    ['a path upwards', withService({ path: '/../admin' }), '/services/0/path', 'The path leads out of the endpoint’s URL.'],
    [
      'a hidden path upwards',
      withService({ path: '/a/%2e%2E/.%2e/admin' }),
      '/services/0/path',
      'The path leads out of the endpoint’s URL.',
    ],
    ['a long path', withService({ path: `/${'a'.repeat(1_024)}` }), '/services/0/path', 'The path has 1025 characters; 1024 are allowed.'],
    [
      'two services of one name',
      {
        services: [
          { name: 'add', path: '/a' },
          { name: 'Add', path: '/b' },
        ],
      },
      '/services/1/name',
      'There are two services "add".',
    ],
    ['many services', { services: Array.from({ length: 201 }, () => ({})) }, '/services', 'There are 201 services; 200 are allowed.'],
    [
      'many parameters',
      withService({ requires: { parameters: Array.from({ length: 101 }, (_, at) => `p${at}`) } }),
      '/services/0/requires/parameters',
      'There are 101 parameters; 100 are allowed.',
    ],
    [
      'many messages',
      withService({ recommends: { messages: Array.from({ length: 257 }, () => 'order:new') } }),
      '/services/0/recommends/messages',
      'There are 257 message types; 256 are allowed.',
    ],
    [
      'many filters',
      withService({ recommends: { filters: Array.from({ length: 65 }, () => ({})) } }),
      '/services/0/recommends/filters',
      'There are 65 filters; 64 are allowed.',
    ],
    [
      'many identifiers',
      withService({ recommends: { identifiers: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`i${at}`, 'payload.id'])) } }),
      '/services/0/recommends/identifiers',
      'There are 17 identifiers; 16 are allowed.',
    ],
    [
      'many options',
      withService({ recommends: { options: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`o${at}`, 1])) } }),
      '/services/0/recommends/options',
      'There are 33 options; 32 are allowed.',
    ],
  ])('%s', (_name, file, pointer, reason) => {
    expect(problemsOf({ name: 'a', ...file })).toEqual([[pointer, 'endpoint_json_invalid', reason]]);
  });

  it('is told all at once', () => {
    const services = [{}, { name: 'ok', path: '/ok' }, { name: 'add', path: 'http://else.example' }, 5];
    expect(problemsOf({ services }).map(([pointer]) => pointer)).toEqual([
      '/services/0/name',
      '/services/0/path',
      '/services/2/path',
      '/services/3',
    ]);
  });

  it('is told of up to fifty times', () => {
    const found = problemsOf({ services: Array.from({ length: 200 }, () => 5) });
    expect([found.length, found[48]?.[0], found[49]]).toEqual([50, '/services/48', ['', 'endpoint_json_invalid', 'There are 151 more.']]);
  });

  it('spoils the whole: there is no description of a part', () => {
    expect(read({ services: [{ name: 'ok', path: '/ok' }, {}] })).not.toHaveProperty('description');
  });
});

describe('what is odd', () => {
  it.each<[string, object, readonly (readonly [string, string])[], Partial<ServiceDescription>]>([
    ['a name in capitals', { name: 'Añadir Pedido!' }, [['name', 'The name is read as "anadir_pedido".']], { name: 'anadir_pedido' }],
    ['a path with blanks around it', { path: ' add ' }, [['path', 'The path is read as "/add".']], { path: '/add' }],
    ['an empty path', { path: '' }, [['path', 'The path is read as "/".']], { path: '/' }],
    ['a flag in quotes', { required: 'true' }, [['required', 'This is read as true.']], { required: true }],
    ['a flag that is none', { required: 'sure' }, [['required', 'This is neither true nor false, and left out.']], { required: false }],
    ['a description that is none', { description: ['a'] }, [['description', 'This is not a text, and left out.']], { description: '' }],
    ['a number for a description', { description: 5 }, [], { description: '5' }],
    [
      'a long description',
      { description: 'a'.repeat(1_001) },
      [['description', 'The text has 1001 characters; all beyond 1000 are left out.']],
      { description: `${'a'.repeat(999)}…` },
    ],
    ['a description that cannot be stored', { description: 'a\0b\ud800' }, [], { description: 'a\ufffdb\ufffd' }],
    [
      'texts elsewhere that cannot be stored',
      {
        parameters: [{ name: 'list', default: ['\0', { '\ud800': '\udc00' }] }],
        recommends: { filters: [{ path: 'payload.a', operator: 'eq', value: '\ud800' }] },
      },
      [],
      {
        requires: {
          parameters: [{ name: 'list', description: '', data_type: 'list', optional: false, default: ['\ufffd', { '\ufffd': '\ufffd' }] }],
        },
        recommends: { ...bare.recommends, filters: [{ path: 'payload.a', operator: 'eq', value: '\ufffd', match_rule: 'all' }] },
      },
    ],
    ['null everywhere', { description: null, required: null, requires: null, recommends: null, produces: null }, [], { ...bare }],
    [
      'types that are none',
      { recommends: { messages: ['order:new', 'Order:New', 'orders', 5] } },
      [
        ['recommends/messages/1', '"Order:New" is read as "order:new".'],
        ['recommends/messages/2', '"orders" names no message type, and is left out.'],
        ['recommends/messages/3', 'This names no message type, and is left out.'],
      ],
      { recommends: { ...bare.recommends, messages: ['order:new'] } },
    ],
    ['a single type', { recommends: { messages: 'order:new' } }, [], { recommends: { ...bare.recommends, messages: ['order:new'] } }],
    ['recommendations that are none', { recommends: 5 }, [['recommends', 'The recommendations are not an object, and left out.']], bare],
    [
      'filters that cannot be used',
      {
        recommends: {
          filters: [
            { path: 'payload.a', operator: 'present', value: 'ignored' },
            { path: '', operator: 'like', value: 5 },
            { path: 'payload.a', operator: 'match', value: '(?=a)' },
          ],
        },
      },
      [
        ['recommends/filters/1/path', 'The filter is left out, so that more messages are sent. The path is empty.'],
        ['recommends/filters/1/operator', 'The filter is left out, so that more messages are sent. There is no operator "like".'],
        [
          'recommends/filters/2/value',
          'The filter is left out, so that more messages are sent. The pattern does not compile: invalid or unsupported Perl syntax: `(?=`',
        ],
      ],
      { recommends: { ...bare.recommends, filters: [{ path: 'payload.a', operator: 'present', match_rule: 'all' }] } },
    ],
    ['filters that are none', { recommends: { filters: {} } }, [['recommends/filters', 'The filters are not a list, and left out.']], bare],
    [
      'identifiers that cannot be used',
      { recommends: { identifiers: { a: 'payload..a', b: 'payload.b', '': 'payload.c' } } },
      [
        ['recommends/identifiers/a', 'It is left out. Segment 2 of the path is empty: two dots stand together, or one at an end.'],
        ['recommends/identifiers/', "It is left out. An identifier's name has 1 to 64 characters, and no control characters."],
      ],
      { recommends: { ...bare.recommends, identifiers: { b: 'payload.b' } } },
    ],
    [
      'options that cannot be used',
      { recommends: { options: { retries_allowed: 'no', timeout: 30, speed: 'fast', success: null } } },
      [
        ['recommends/options/retries_allowed', 'It is left out. It is neither true nor false.'],
        ['recommends/options/speed', 'It is left out. There is no member "speed".'],
      ],
      { recommends: { ...bare.recommends, options: { timeout: 30 } } },
    ],
    [
      'parameters that cannot be used',
      { requires: { parameters: [{ name: 'api key' }, {}, 'limit', { name: 7, data_type: 'integer', default: 'many' }, 'limit'] } },
      [
        ['requires/parameters/0', '"api key" is no name, and left out.'],
        ['requires/parameters/1', 'The parameter has no name, and is left out.'],
        ['requires/parameters/3/default', 'The default does not fit the data type integer, and is left out.'],
        ['requires/parameters/4', '"limit" is listed twice; the first counts.'],
      ],
      {
        requires: {
          parameters: [
            { name: 'limit', description: '', data_type: 'string', optional: false },
            { name: '7', description: '', data_type: 'integer', optional: false },
          ],
        },
      },
    ],
    [
      'a parameter that is not required',
      { requires: [{ name: 'limit', required: false, secret: true, default: '' }] },
      [],
      { requires: { parameters: [{ name: 'limit', description: '', data_type: 'string', secret: true, optional: true, default: '' }] } },
    ],
    [
      'a parameter that says both',
      { requires: { parameters: [{ name: 'limit', required: false, optional: false }] } },
      [],
      { requires: { parameters: [{ name: 'limit', description: '', data_type: 'string', optional: false }] } },
    ],
    [
      'a default that is large',
      { parameters: [{ name: 'rates', data_type: 'float', default: '1'.repeat(20_000) }] },
      [['parameters/0/default', 'The default has 20002 characters, and is left out; 16384 are allowed.']],
      { requires: { parameters: [{ name: 'rates', description: '', data_type: 'float', optional: false }] } },
    ],
    ['parameters that are none', { parameters: 'all' }, [['parameters', 'The parameters are not a list, and left out.']], bare],
  ])('is a warning, and the rest counts: %s', (_name, service, warnings, expected) => {
    expect(warningsOf(withService(service))).toEqual(warnings.map(([pointer, reason]) => [`/services/0/${pointer}`, reason]));
    expect(serviceOf(service)).toMatchObject(expected);
  });

  it.each<[unknown, string | null]>([
    ['https://cdn.example/a.png', 'https://cdn.example/a.png'],
    ['//cdn.example/a.png', 'https://cdn.example/a.png'],
    ['/a.png', 'https://apps.example/a.png'],
    ['icons/a b.png', 'https://apps.example/pigeon/icons/a%20b.png'],
    ['', null],
    ['javascript:alert(1)', null],
    ['data:image/png;base64,AAAA', null],
    ['https://me:secret@cdn.example/a.png', null],
    [['a.png'], null],
  ])('is no icon unless it is a web address: %j', (icon_url, expected) => {
    expect(described({ ...withService({}), icon_url }).icon_url).toBe(expected);
  });

  it.each([
    ['https://[::1]:3000/', '1'],
    ['http://10.0.0.1/', '10_0_0_1'],
    ['nonsense', 'endpoint'],
  ])('is an endpoint without a name at %s, and called after its host', (url, name) => {
    const result = readDescriptor('{"services":[]}', { ...rules, url });
    expect(result).toMatchObject({ ok: true, description: { name } });
  });

  it('is told of up to fifty times', () => {
    const parameters = Array.from({ length: 60 }, () => ({}));
    const warnings = warningsOf(withService({ parameters }));
    expect([warnings.length, warnings[49]]).toEqual([50, ['', 'There are 11 more.']]);
  });

  it('is never of the prototype', () => {
    const file =
      '{"services": [{"name": "add", "path": "/add", "recommends": {"identifiers": {"__proto__": "payload.id"}}}], "__proto__": {"name": "evil"}}';
    const { name, services } = described(file);
    expect([name, Object.entries(services[0]?.recommends.identifiers ?? {})]).toEqual(['apps_example', [['__proto__', 'payload.id']]]);
  });
});

it('has limits of its own where it is told', () => {
  const result = readDescriptor(JSON.stringify(descriptorFiles.mails), { ...rules, limits: { ...descriptorLimits, maxServices: 1 } });
  expect(result).toMatchObject({ ok: false, problems: [{ pointer: '/services', reason: 'There are 2 services; 1 are allowed.' }] });
});

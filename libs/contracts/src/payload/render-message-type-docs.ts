import { payloadErrors } from '../errors/message-errors.ts';
import { messageTypes, type BuiltInType, type PayloadFamily } from './message-types.ts';
import { identityOf } from './payload-warnings.ts';
import { knownFormats } from './schema/known-formats.ts';
import { schemaLimits } from './schema/schema-limits.ts';

const flatOrNested = (key: string): string =>
  `nothing: the fields stand under \`${key}\` or flat in the payload; \`${key}\`, if there, is an object`;
const confirmRule =
  'at least one member; `shipment`, if there, is an object. The older flat fields (`shipment_number`, `tracking_number`, …) are as good';

const required: Readonly<Record<PayloadFamily, string>> = {
  order: '`order`, an object, possibly empty',
  order_optional: 'nothing; `order`, if there, is an object',
  shipment_ready: '`shipment` or `order`, an object',
  shipment_confirm: confirmRule,
  stock: '`sku`, a non-empty string or a number, and `quantity`, a whole number or a string of one; negative and 0 are fine',
  payment: flatOrNested('payment'),
  product: flatOrNested('product'),
  purchase_order: flatOrNested('purchase_order'),
  user: flatOrNested('user'),
  stock_transfer: flatOrNested('stock_transfer'),
  notification: 'nothing; `subject` and `description`, if there, are strings',
  poll: 'nothing, not even a payload',
};

/** The text of docs/message-types.md. */
export function renderMessageTypeDocs(): string {
  return [
    '# Message types',
    '',
    '<!-- Generated from libs/contracts/src/payload: UPDATE_DOCS=1 npx vitest run --project unit libs/contracts/ -->',
    '',
    ...intro,
    '## Built-in types',
    '',
    '| type | also called | what it says | required in the payload | identified by |',
    '|---|---|---|---|---|',
    ...messageTypes.map(typeRow),
    '',
    ...containers,
    ...ownSchemas(),
    '## Findings',
    '',
    'An error makes a message `invalid`: it is archived, visible with every finding, and can be corrected and sent again. At most 50',
    'errors are kept. A warning is kept in the story of the message, which is processed all the same. Each finding has a JSON Pointer',
    'into the payload, a code, and a reason that says what was found and what is needed.',
    '',
    '| code | kind | what it means | what to do |',
    '|---|---|---|---|',
    ...Object.entries(payloadErrors).map(
      ([code, { title, why, hint }]) => `| \`${code}\` | ${kindOf(code)} | ${title}. ${why} | ${hint} |`,
    ),
    '',
  ].join('\n');
}

const warningCodes: readonly string[] = ['identity_missing', 'shipment_not_object', 'schema_unusable'];
const kindOf = (code: string): string => (warningCodes.includes(code) ? 'warning' : 'error');

function typeRow({ type, aliases, family, summary }: BuiltInType): string {
  const identity = identityOf(family)?.keys ?? [];
  return `| \`${type}\` | ${code(aliases)} | ${summary} | ${required[family]} | ${code(identity)} |`;
}

const code = (names: readonly string[]): string => (names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', '));

const intro = [
  'A message is `{"message": type, "payload": object}`. The type names what happened, in colon notation: lower case, at least two parts,',
  'at most 255 characters, matching `^[a-z][a-z0-9_.-]*(:[a-z0-9][a-z0-9_.-]*)+$`. Any such name may be pushed. The types below come',
  'with the hub and are checked; every other type is free, and so is every type that ends in `:poll`.',
  '',
  'The other names of a type are accepted as they are and never rewritten. A mapping to any of the names receives all of them.',
  '',
  'A false rejection is worse than a missed oddity. So only what is listed here is checked: everything else is optional, unknown fields',
  'are welcome anywhere, `null` counts as absent, numbers may be strings, and dates, addresses, countries and currencies are taken as they',
  'are. A thing that none of its identifying fields names is a warning, never an error.',
  '',
];

/** What a store may register for a type. */
function ownSchemas(): readonly string[] {
  const { maxBytes, maxDepth, maxSubschemas, maxReferenced, maxPattern, baseSteps, stepsPerByte, maxSteps } = schemaLimits;
  const number = (value: number): string => value.toLocaleString('en-US');
  return [
    '## Schemas of your own',
    '',
    'A store may register a JSON Schema for any type, its own or a built-in one: `PUT /api/stores/:store_id/schemas/:type`. Its payloads are then',
    'held to it as well, under every name of the type. It is of draft 2020-12, or of draft-07 where its `$schema` says so.',
    '',
    `* **What it may be**: ${number(maxBytes)} bytes, ${maxDepth} levels, ${maxSubschemas} subschemas, ${maxReferenced} targets of references, patterns of ${maxPattern} characters.`,
    '* **References** stay within it (`#`, `#/$defs/name`, `#anchor`), and lead back to themselves only below `properties`, `items` and the like.',
    '  `$dynamicRef` and schemas with an `$id` inside others are refused.',
    '* **Patterns** are ECMAScript’s, run in linear time: no look-around and no back-references.',
    `* **Formats** that are checked: ${[...knownFormats.keys()].map((name) => `\`${name}\``).join(', ')}.`,
    '  By any other nothing is checked, and the answer says so, as it does of keywords that are none.',
    '* **null** is a value like any other: say `"type": ["string", "null"]` where it may stand.',
    `* **A check** takes at most ${number(baseSteps)} steps and ${stepsPerByte} more for each byte of the payload, ${number(maxSteps)} in all; a payload that needs more is invalid.`,
    '* **A new version** must take whatever the version in use takes, unless it comes with `"compatibility": "none"`. What cannot be proven counts',
    '  as incompatible; the refusal says for each change why.',
    '',
  ];
}

const containers = [
  '## Containers',
  '',
  'A field with one of these names must be of this kind where it is known, or absent:',
  '',
  '| where | arrays | objects |',
  '|---|---|---|',
  '| an order, and the same order under `order.actual` | `line_items`, `items`, `payments`, `shipments`, `adjustments` | `totals`, `shipping_address`, `billing_address`, `ship_address`, `bill_address` |',
  '| a shipment, a purchase order | the same | the same |',
  '| an entry of `shipments` | `items` | the four addresses |',
  '| a user | – | the four addresses |',
  '| a stock transfer | `line_items`, `items` | – |',
  '| beside an order or a shipment, and beside a nested payment, product, user, purchase order or stock transfer | – | `original`, `previous`, `diff` |',
  '| `order.original`, where `order.actual` is there | – | itself |',
  '| `order` beside a shipment or a payment | must not be an array; if an object, an order as above | |',
  '',
  'What the entries of an array are is not checked: entries may be wrapped, as in `{"line_item": {…}}`.',
  '',
];

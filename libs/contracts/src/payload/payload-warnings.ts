import { isJsonObject, type Finding, type JsonObject, type JsonValue } from '@crossdock/core';
import type { PayloadFamily } from './message-types.ts';
import type { PayloadFindingCode } from './explain-error.ts';

/** By which fields people and integrations find the thing that a payload is about. */
export interface Identity {
  /** Any one of them is enough. */
  readonly keys: readonly string[];
  /** Where it is looked for: paths into the payload, the usual one first; `[]` is the payload itself. */
  readonly places: readonly (readonly string[])[];
}

const orderPlaces = [['order'], ['order', 'actual'], ['order', 'original'], []];
const shipment: Identity = { keys: ['number', 'shipment_number', 'id'], places: [['shipment'], ...orderPlaces] };
const order: Identity = { keys: ['number', 'id'], places: orderPlaces };
const flatOrNested = (key: string, keys: readonly string[]): Identity => ({ keys, places: [[key], []] });

/** Families that are not listed have nothing to be found by. */
const identities: Readonly<Partial<Record<PayloadFamily, Identity>>> = {
  order,
  order_optional: order,
  shipment_ready: shipment,
  shipment_confirm: shipment,
  payment: flatOrNested('payment', ['number', 'id', 'payment_id']),
  product: flatOrNested('product', ['id', 'sku']),
  purchase_order: flatOrNested('purchase_order', ['po_number', 'number', 'id']),
  user: flatOrNested('user', ['id', 'email']),
  stock_transfer: flatOrNested('stock_transfer', ['id', 'number']),
};

/** What identifies the payloads of a family; `undefined` where nothing needs to. */
export function identityOf(family: PayloadFamily): Identity | undefined {
  return identities[family];
}

/** What is odd about a payload without making it invalid. */
export function payloadWarnings(family: PayloadFamily, payload: JsonObject): readonly Finding[] {
  const identity = identityOf(family);
  const warnings = identity === undefined || isIdentified(payload, identity) ? [] : [identityMissing(identity)];
  return family === 'shipment_ready' ? [...warnings, ...strayShipment(payload)] : warnings;
}

const isIdentified = (payload: JsonObject, { keys, places }: Identity): boolean =>
  places.some((place) => {
    const there = at(payload, place);
    return there !== undefined && keys.some((key) => identifies(own(there, key)));
  });

function at(payload: JsonObject, place: readonly string[]): JsonObject | undefined {
  let here: JsonObject = payload;
  for (const key of place) {
    const next = own(here, key);
    if (!isJsonObject(next)) return undefined;
    here = next;
  }
  return here;
}

const own = (object: JsonObject, key: string): JsonValue | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);

const identifies = (value: JsonValue | undefined): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');

function identityMissing({ keys, places }: Identity): Finding {
  const names = keys.map((key) => `\`${key}\``).join(', ');
  return {
    pointer: `/${[...(places[0] ?? []), keys[0]].join('/')}`,
    code: 'identity_missing' satisfies PayloadFindingCode,
    reason: `None of ${names} is given. The message is processed, but cannot be found by what it is about: send one of them.`,
  };
}

/** Beside a usable order a `shipment` of the wrong kind does no harm, but somebody meant something by it. */
function strayShipment(payload: JsonObject): readonly Finding[] {
  const stray = own(payload, 'shipment') ?? undefined;
  if (stray === undefined || isJsonObject(stray) || !isJsonObject(own(payload, 'order'))) return [];
  return [
    {
      pointer: '/shipment',
      code: 'shipment_not_object' satisfies PayloadFindingCode,
      reason: '`shipment` is not an object, so only `order` is of use here. Send the shipment as an object.',
    },
  ];
}

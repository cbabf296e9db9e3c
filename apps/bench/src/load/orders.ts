/** Bytes of a message's body, about. */
const BYTES = 1_500;
const DIGITS = 10;
const PREFIX = 'B';

/** Where in a body the number of the order stands; it is the message's number in the run, so that who receives it knows which it is. */
const NUMBER_MEMBER = Buffer.from(`"number":"${PREFIX}`);

const firstNames = ['Anna', 'Brian', 'Chidi', 'Dolores', 'Emre', 'Freya', 'Goran', 'Hana', 'Ines', 'Jürgen', 'Keiko', 'Luís'];
const lastNames = ['Almeida', 'Brandt', 'Castillo', 'Dubois', 'Eriksen', 'Farouk', 'García', 'Hoffmann', 'Ito', 'Jansen', 'Kowalski'];
const cities = ['Bethesda', 'Porto', 'Osaka', 'Lyon', 'Göteborg', 'Kraków', 'Nairobi', 'Lima', 'Utrecht', 'Dresden'];
const products = ['Canvas Tote', 'Baseball Jersey', 'Enamel Mug', 'Wool Beanie', 'Desk Lamp', 'Field Notes', 'Rain Jacket', 'Tea Set'];
const notes = [
  'Please ring twice, the bell on the left is broken and nobody hears the one on the right.',
  'This is a present: no invoice in the box, thank you.',
  'Leave it with the neighbours on the second floor if nobody opens.',
  'Deliver after five in the afternoon; the reception is closed before that on most days of the week.',
];

/** A small generator with a seed, so that every run sends the same documents. */
function dice(seed: number): (sides: number) => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const cents = (value: number): number => Math.round(value) / 100;

function orderOf(seed: number): object {
  const roll = dice(seed);
  const pick = (list: readonly string[]): string => list[roll(list.length)] ?? '';
  const address = (): object => ({
    firstname: pick(firstNames),
    lastname: pick(lastNames),
    address1: `${1 + roll(9_999)} ${pick(cities)} Road`,
    address2: '',
    zipcode: String(10_000 + roll(89_999)),
    city: pick(cities),
    country: 'US',
    phone: `555-${100 + roll(900)}-${1_000 + roll(9_000)}`,
  });
  const items = Array.from({ length: 2 + roll(2) }, () => ({
    name: pick(products),
    sku: `SKU-${10_000 + roll(90_000)}`,
    quantity: 1 + roll(4),
    price: cents(500 + roll(20_000)),
    variant_id: roll(10_000),
    options: { color: roll(2) === 0 ? 'red' : 'blue' },
  }));
  const item = items.reduce((sum, each) => sum + each.price * each.quantity * 100, 0);
  return {
    number: `${PREFIX}${'0'.repeat(DIGITS)}`,
    channel: 'spree',
    email: `customer${roll(1_000_000)}@example.com`,
    currency: 'USD',
    placed_on: new Date(1_760_000_000_000 + roll(1e9)).toISOString(),
    status: 'complete',
    totals: { item: cents(item), adjustment: 15, tax: 5, shipping: 10, payment: cents(item + 1_500), order: cents(item + 1_500) },
    line_items: items,
    adjustments: [
      { name: 'Shipping', value: 10 },
      { name: 'Tax', value: 5 },
    ],
    shipping_address: address(),
    billing_address: address(),
    payments: [{ number: roll(100_000), status: 'completed', amount: cents(item + 1_500), payment_method: 'Credit Card' }],
  };
}

/** A push's body with an order of about 1.5 KB, another one for every seed. */
export function orderBody(type: string, seed: number): Buffer {
  const order = orderOf(seed);
  const bare = JSON.stringify({ message: type, payload: { order } });
  const note = (notes[seed % notes.length] ?? '').repeat(10).slice(0, Math.max(0, BYTES - Buffer.byteLength(bare) - 9));
  return Buffer.from(JSON.stringify({ message: type, payload: { order: { ...order, note } } }));
}

/** Where the digits of a body's number begin; -1 without one. */
export function numberOffset(body: Buffer): number {
  const at = body.indexOf(NUMBER_MEMBER);
  return at === -1 ? -1 : at + NUMBER_MEMBER.length;
}

export function writeNumber(bytes: Buffer, offset: number, number: number): void {
  let rest = number;
  for (let at = offset + DIGITS - 1; at >= offset; at -= 1) {
    bytes[at] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** The number that a body carries; -1 without one. */
export function readNumber(body: Buffer): number {
  const offset = numberOffset(body);
  if (offset === -1) return -1;
  let number = 0;
  for (let at = offset; at < offset + DIGITS; at += 1) number = number * 10 + (body[at] ?? 48) - 48;
  return number;
}

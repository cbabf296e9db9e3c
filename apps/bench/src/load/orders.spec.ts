import { checkPayload } from '@crossdock/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOffset, orderBody, readNumber, writeNumber } from './orders.ts';

const seeds = Array.from({ length: 4_000 }, (_, seed) => seed);

describe('orderBody', () => {
  it('is a valid order of about 1.5 KB', () => {
    const bodies = seeds.slice(0, 200).map((seed) => orderBody('order:new', seed));
    const odd = bodies.filter((body) => {
      const { message, payload } = JSON.parse(body.toString()) as { message: string; payload: unknown };
      const { errors, warnings } = checkPayload(message, payload);
      return message !== 'order:new' || errors.length + warnings.length > 0 || Math.abs(body.length - 1_500) > 30;
    });
    expect(odd.map((body) => [body.length, body.toString()])).toEqual([]);
  });

  it('is another one for every seed, and the same for the same', () => {
    const bodies = seeds.map((seed) => orderBody('order:new', seed).toString());
    expect([new Set(bodies).size, orderBody('order:new', 17).toString()]).toEqual([4_000, bodies[17]]);
  });
});

describe('the number of an order', () => {
  it('is read as it was written, and the body stays JSON', () => {
    fc.assert(
      fc.property(fc.nat(9_999_999_999), fc.nat(4_000), (number, seed) => {
        const body = orderBody('order:new', seed);
        writeNumber(body, numberOffset(body), number);
        const { payload } = JSON.parse(body.toString()) as { payload: { order: { number: string } } };
        expect([readNumber(body), payload.order.number]).toEqual([number, `B${String(number).padStart(10, '0')}`]);
      }),
    );
  });

  it('is -1 where there is none', () => {
    expect(readNumber(Buffer.from('{"message":"order:new"}'))).toBe(-1);
  });
});

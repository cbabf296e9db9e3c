import { expect, it } from 'vitest';
import { finding } from '../testing/builders.ts';
import { checkMessage, type RegisteredSchema } from './check-message.ts';

const builtIn = { errors: [finding('/order')], warnings: [finding('/order/number')] };
const registered = (errors: number): RegisteredSchema => ({
  type: 'order:new',
  version: 2,
  check: (payload, bytes) => ({
    errors: Array.from({ length: errors }, (_, n) => finding(`/${n}`, `${JSON.stringify(payload)} of ${bytes}`)),
    warnings: [finding('/own')],
  }),
});

it('is what the built-in rules found where the store has no schema for the type', () => {
  expect(checkMessage(builtIn, undefined, {}, 2)).toBe(builtIn);
});

it('is what both found, the built-in rules first, and says which schema it was', () => {
  expect(checkMessage(builtIn, registered(1), { a: 1 }, 7)).toEqual({
    errors: [finding('/order'), finding('/0', '{"a":1} of 7')],
    warnings: [finding('/order/number'), finding('/own')],
    schema: { type: 'order:new', version: 2 },
  });
});

it('says at most fifty things that are wrong', () => {
  expect(checkMessage(builtIn, registered(80), {}, 2).errors).toHaveLength(50);
});

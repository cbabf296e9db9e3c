import { Type } from 'class-transformer';
import { IsInt, IsString, Length, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { HttpError } from './http-error.ts';
import { checkBody, readBody, readJsonObject } from './json-body.ts';

class Item {
  @IsString()
  sku!: string;
}

class Order {
  @IsString()
  @Length(2, 5)
  name!: string;

  @IsInt()
  count!: number;

  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];
}

const refused = (work: () => unknown): unknown => {
  try {
    return { answered: work() };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return [error.status, error.code, error.detail];
  }
};
const read = (text: string | Buffer): unknown => refused(() => readJsonObject(Buffer.from(text)));

const notJson = expect.stringMatching(/^The body is not JSON: .*\.$/) as string;

describe('readJsonObject', () => {
  it('reads an object', () => {
    expect(read(' {"a": [1, {"b": null}]} ')).toEqual({ answered: { a: [1, { b: null }] } });
  });

  it('says what else the body is', () => {
    expect(refused(() => readJsonObject(undefined))).toEqual([400, 'body_not_json', 'The body is empty.']);
    expect(read('')).toEqual([400, 'body_not_json', 'The body is empty.']);
    expect(read('{"a": 1')).toEqual([400, 'body_not_json', notJson]);
    expect(read('a=1')).toEqual([400, 'body_not_json', notJson]);
    expect(read('[1]')).toEqual([400, 'body_not_object', 'The body is an array.']);
    expect(read('"x"')).toEqual([400, 'body_not_object', 'The body is a single value.']);
    expect(read('null')).toEqual([400, 'body_not_object', 'The body is a single value.']);
    expect(read(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toEqual([400, 'body_encoding', 'The body is not valid UTF-8.']);
  });

  it('refuses what is nested deeper than anything reads', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(read(nested(511))).toMatchObject({ answered: {} });
    expect(read(nested(512))).toEqual([400, 'body_too_deep', 'The body is nested too deeply at byte 516.']);
    expect(read(nested(500_000))).toEqual(read(nested(512)));
  });
});

describe('readBody', () => {
  const body = (value: unknown): Order => readBody(Order, 'store_invalid', Buffer.from(JSON.stringify(value)));

  it('makes an instance, without what the class does not know', () => {
    const order = body({ name: 'abc', count: 1, items: [{ sku: 'A', colour: 'red' }], admin: true, __proto__: { x: 1 } });
    expect(order).toBeInstanceOf(Order);
    expect(JSON.parse(JSON.stringify(order))).toEqual({ name: 'abc', count: 1, items: [{ sku: 'A' }] });
  });

  it.each(['{"constructor":5}', '{"constructor":"x"}', '{"constructor":{"prototype":{}}}', '{"then":1}', '{"__proto__":{"x":1}}'])(
    'answers a body that holds %s',
    (inside) => {
      let code: string | undefined;
      try {
        readBody(Order, 'store_invalid', Buffer.from(`{"name":"abc","count":1,"items":[],"extra":${inside}}`));
      } catch (error) {
        expect(error).toBeInstanceOf(HttpError);
        code = (error as HttpError).code;
      }
      expect(code).toBe(inside.includes('constructor') ? 'store_invalid' : undefined);
    },
  );

  it.each([{}, 'x', 5, [{}, 'x']])('refuses %j where a list of objects should be', (items) => {
    // As read, and as somebody else has made it.
    const made = Object.assign(new Order(), { name: 'abc', count: 1, items });
    for (const work of [() => body({ name: 'abc', count: 1, items }), () => checkBody(made, 'store_invalid')]) {
      expect(refused(work)).toEqual([422, 'store_invalid', expect.any(String)]);
    }
  });

  it('tells everything that is wrong at once, with its place', () => {
    try {
      body({ name: 7, items: [{ sku: 'A' }, { sku: 1 }] });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(HttpError);
      const { status, code, errors } = error as HttpError;
      expect([status, code, errors.map(({ pointer }) => pointer).sort()]).toEqual([
        422,
        'store_invalid',
        ['/count', '/items/1/sku', '/name', '/name'],
      ]);
      expect(errors.every(({ reason }) => /^[A-Z].*\.$/.test(reason))).toBe(true);
    }
  });
});

import type { LoadTarget } from './load-plan.ts';
import { numberOffset, orderBody, writeNumber } from './orders.ts';

/** Distinct documents. */
const DOCUMENTS = 4_000;

interface Template {
  readonly bytes: Buffer;
  readonly numberAt: number;
}

/**
 * Requests as bytes: made once, then only the number is written. A document comes round again after 4,000 others, far more than
 * there are connections, so that nobody is still sending it.
 */
export class RequestPool {
  readonly #templates: readonly Template[];

  constructor(targets: readonly LoadTarget[], host: string) {
    const [first] = targets;
    if (first === undefined) throw new RangeError('There is no target to send to.');
    this.#templates = Array.from({ length: Math.ceil(DOCUMENTS / targets.length) * targets.length }, (_, index) =>
      templateOf(targets[index % targets.length] ?? first, host, index),
    );
  }

  /** The request at this index, for target `index % targets`, with this number. */
  take(index: number, number: number): Buffer {
    const template = this.#templates[index % this.#templates.length];
    if (template === undefined) throw new RangeError(`There is no request ${index}.`);
    writeNumber(template.bytes, template.numberAt, number);
    return template.bytes;
  }
}

function templateOf({ path, token, type }: LoadTarget, host: string, seed: number): Template {
  const body = orderBody(type, seed);
  const head = Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nx-augury-token: ${token}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  return { bytes: Buffer.concat([head, body]), numberAt: head.length + numberOffset(body) };
}

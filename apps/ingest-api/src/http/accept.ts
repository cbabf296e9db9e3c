import type { FastifyReply, FastifyRequest } from 'fastify';

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** Does the request rather have plain text than JSON? Who says nothing of either gets JSON. */
export function prefersText(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const quality = (...types: readonly string[]): number =>
    Math.max(0, ...ranges.filter(({ type }) => types.includes(type)).map((range) => range.quality));
  return quality('text/plain', 'text/*') > quality('application/json', 'application/*');
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
  return { type, quality: Number.isFinite(quality) ? quality : 0 };
}

/** The answer as the request likes it: the same facts as JSON, or as lines to read. */
export function negotiated(request: FastifyRequest, reply: FastifyReply, view: object, text: () => string): string {
  void reply.header('vary', 'accept');
  const plain = prefersText(request.headers.accept);
  void reply.header('content-type', plain ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8');
  return plain ? text() : JSON.stringify(view);
}

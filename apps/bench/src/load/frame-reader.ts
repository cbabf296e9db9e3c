const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: *(\d+)/i;
const EMPTY = Buffer.alloc(0);

/** A request or an answer: its first line and headers as text, and its body, which is only good until the callback returns. */
export type OnFrame = (head: string, body: Buffer) => void;

/**
 * Cuts what arrives on a connection into HTTP/1.1 messages. It knows bodies with a length only, which is what both sides of a
 * benchmark send, and costs a few microseconds a message.
 */
export class FrameReader {
  readonly #onFrame: OnFrame;
  #rest: Buffer = EMPTY;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes; they may be overwritten afterwards. */
  read(chunk: Buffer): void {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const headEnd = data.indexOf(HEAD_END, at);
      if (headEnd === -1) break;
      const head = data.toString('latin1', at, headEnd);
      const bodyStart = headEnd + HEAD_END.length;
      const bodyEnd = bodyStart + Number(LENGTH.exec(head)?.[1] ?? 0);
      if (data.length < bodyEnd) break;
      at = bodyEnd;
      this.#onFrame(head, data.subarray(bodyStart, bodyEnd));
    }
    this.#rest = at === data.length ? EMPTY : Buffer.from(data.subarray(at));
  }
}

import { connect, type Socket } from 'node:net';
import { monotonicMs } from '../measure/clock.ts';
import { FrameReader } from './frame-reader.ts';

const READ_BUFFER = 64 * 1024;
const RECONNECT_MS = 20;

/** Called when the answer is there; status 0 when the connection broke before. */
export type OnAnswer = (status: number, atMs: number) => void;

/** One keep-alive connection with one request at a time, as bytes that are ready to be sent. */
export class Pusher {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #onIdle: (pusher: Pusher) => void;
  #socket: Socket | undefined;
  #reader = new FrameReader((head) => this.#answered(head));
  #onAnswer: OnAnswer | undefined;
  #closed = false;

  constructor(address: { readonly host: string; readonly port: number }, onIdle: (pusher: Pusher) => void) {
    this.#address = address;
    this.#onIdle = onIdle;
    this.#connect();
  }

  #connect(): void {
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BUFFER),
      callback: (length: number, buffer: Uint8Array): boolean => {
        this.#reader.read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    };
    this.#reader = new FrameReader((head) => this.#answered(head));
    const socket = connect({ ...this.#address, noDelay: true, onread });
    this.#socket = socket;
    socket.once('connect', () => this.#onIdle(this));
    socket.on('error', () => undefined);
    socket.once('close', () => this.#broken());
  }

  /** The bytes must not change before the answer is there. */
  push(request: Buffer, onAnswer: OnAnswer): void {
    this.#onAnswer = onAnswer;
    this.#socket?.write(request);
  }

  #answered(head: string): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(Number(head.slice(9, 12)), monotonicMs());
    if (!this.#closed) this.#onIdle(this);
  }

  #broken(): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(0, monotonicMs());
    if (!this.#closed) setTimeout(() => this.#closed || this.#connect(), RECONNECT_MS);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }
}

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP server for tests that answers as badly as it is told to. */
export class RawServer {
  readonly url: string;
  readonly port: number;
  /** Connections that were made so far. */
  connections = 0;
  /** Everything that was received, as Latin-1. */
  received = '';
  /** Called for every connection, before anything is received. */
  onConnection: (socket: Socket) => void = () => undefined;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}/hook`;
  }

  /** `onRequest` is called for every request with an empty line in it (so one call per request that fits into a packet). */
  static async start(onRequest: (socket: Socket) => void, host = '127.0.0.1'): Promise<RawServer> {
    const server = createServer();
    server.listen(0, host);
    await once(server, 'listening');
    const raw = new RawServer(server);
    server.on('connection', (socket) => raw.#accept(socket, onRequest));
    return raw;
  }

  /** Open connections. */
  get open(): number {
    return this.#open.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket, onRequest: (socket: Socket) => void): void {
    this.connections += 1;
    this.#open.add(socket);
    this.onConnection(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      this.received += text;
      if (text.includes('\r\n\r\n')) onRequest(socket);
    });
  }
}

/** An answer with a correct Content-Length. */
export function answer(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

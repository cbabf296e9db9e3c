import { createSocket, type Socket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';

const TYPE_A = 1;
const HEADER_BYTES = 12;

/** A name server for tests: gives the first answer to the first question for an A record, the second to the second, the last for ever. */
export class DnsServer {
  /** A resolver that asks this server only. */
  readonly resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
  /** How many A records were asked for. */
  questions = 0;
  readonly #socket: Socket = createSocket('udp4');
  readonly #answers: readonly (readonly string[])[];

  private constructor(answers: readonly (readonly string[])[]) {
    this.#answers = answers;
    this.#socket.on('message', (query, { port, address }) => this.#socket.send(this.#reply(query), port, address));
  }

  static async start(...answers: readonly (readonly string[])[]): Promise<DnsServer> {
    const server = new DnsServer(answers);
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    server.resolver.setServers([`127.0.0.1:${server.#socket.address().port}`]);
    return server;
  }

  stop(): void {
    this.resolver.cancel();
    this.#socket.close();
  }

  #reply(query: Buffer): Buffer {
    const nameEnd = query.indexOf(0, HEADER_BYTES);
    const question = query.subarray(HEADER_BYTES, nameEnd + 5);
    const addresses = query.readUInt16BE(nameEnd + 1) === TYPE_A ? this.#next() : [];
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180, 2); // an answer, recursion available, no error
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    return Buffer.concat([header, question, ...addresses.map(recordOf)]);
  }

  #next(): readonly string[] {
    const answer = this.#answers[Math.min(this.questions, this.#answers.length - 1)] ?? [];
    this.questions += 1;
    return answer;
  }
}

/** An A record with a time to live of zero, its name a pointer to the question's. */
function recordOf(address: string): Buffer {
  return Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
}

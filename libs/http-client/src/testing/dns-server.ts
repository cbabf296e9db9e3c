import { createSocket, type Socket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';

const TYPE_A = 1;
const HEADER_BYTES = 12;
const NOT_FOUND = 3;

/** What a name has: its A records, answer after answer (the last for ever), or no answer at all. */
export interface Zone {
  readonly a?: readonly (readonly string[])[];
  readonly silent?: boolean;
}

/** A name server for tests. */
export class DnsServer {
  /** A resolver that asks this server only. */
  readonly resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
  /** How many A records were asked for. */
  questions = 0;
  readonly #socket: Socket = createSocket('udp4');
  readonly #zones: Readonly<Record<string, Zone>>;

  private constructor(zones: Readonly<Record<string, Zone>>) {
    this.#zones = zones;
    this.#socket.on('message', (query, { port, address }) => {
      const reply = this.#reply(query);
      if (reply !== undefined) this.#socket.send(reply, port, address);
    });
  }

  static async start(zones: Readonly<Record<string, Zone>>): Promise<DnsServer> {
    const server = new DnsServer(zones);
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    server.resolver.setServers([`127.0.0.1:${server.#socket.address().port}`]);
    return server;
  }

  stop(): void {
    this.resolver.cancel();
    this.#socket.close();
  }

  #reply(query: Buffer): Buffer | undefined {
    const nameEnd = query.indexOf(0, HEADER_BYTES);
    const zone = this.#zones[nameIn(query.subarray(HEADER_BYTES, nameEnd))];
    if (zone?.silent === true) return undefined;
    const addresses = query.readUInt16BE(nameEnd + 1) === TYPE_A ? this.#next(zone) : [];
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    // An answer, recursion available.
    header.writeUInt16BE(zone === undefined ? 0x8180 | NOT_FOUND : 0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    return Buffer.concat([header, query.subarray(HEADER_BYTES, nameEnd + 5), ...addresses.map(recordOf)]);
  }

  #next(zone: Zone | undefined): readonly string[] {
    const answers = zone?.a ?? [];
    const answer = answers[Math.min(this.questions, answers.length - 1)] ?? [];
    this.questions += 1;
    return answer;
  }
}

/** Labels, each behind its length. */
function nameIn(labels: Buffer): string {
  const names: string[] = [];
  for (let at = 0; at < labels.length; at += 1 + labels.readUInt8(at)) {
    names.push(labels.toString('latin1', at + 1, at + 1 + labels.readUInt8(at)).toLowerCase());
  }
  return names.join('.');
}

/** An A record with a time to live of zero, its name a pointer to the question's. */
function recordOf(address: string): Buffer {
  return Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
}

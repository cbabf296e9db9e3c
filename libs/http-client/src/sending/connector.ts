import { isIP, Socket, type LookupFunction } from 'node:net';
import { createSecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { EgressError } from '../guard/egress-error.ts';
import type { EgressPolicy } from '../guard/egress-policy.ts';

export interface ConnectorOptions {
  readonly policy: EgressPolicy;
  readonly lookup: LookupFunction;
  readonly connectTimeoutMs: number;
  readonly maxSessions: number;
  readonly ca: string | undefined;
}

/** Opens guarded sockets for all origins, so that TLS sessions outlive the pools; knows them all, so that they can be ended. */
export class Connector {
  readonly #sockets = new Set<Socket>();
  readonly connect: buildConnector.connector;

  constructor({ policy, lookup, connectTimeoutMs, maxSessions, ca }: ConnectorOptions) {
    const open = buildConnector({
      lookup,
      timeout: connectTimeoutMs,
      maxCachedSessions: maxSessions,
      autoSelectFamily: true,
      // One for all: made anew for every connection it would read the certificates each time.
      secureContext: createSecureContext(ca === undefined ? {} : { ca }),
    });
    this.connect = (options, callback) => {
      // The URL was checked already; literals never reach the lookup, so this is the last place that sees them.
      if (isIP(options.hostname) !== 0 && !policy.permitsAddress(options.hostname)) {
        queueMicrotask(() => callback(new EgressError('refused'), null));
        return;
      }
      const socket: unknown = open(options, callback);
      if (!(socket instanceof Socket)) return;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    };
  }

  /** Ends every socket, those still connecting included. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

import { expect, it } from 'vitest';
import { policyOf } from '../testing/policy-of.ts';
import { answer, RawServer } from '../testing/raw-server.ts';
import { Connector } from './connector.ts';

const unguarded = { lookup: () => undefined, connectTimeoutMs: 1000, maxSessions: 1, ca: undefined };

it.each([
  ['{}', policyOf({}), 'not allowed by the egress policy'],
  ['loopback', policyOf({ allowLoopback: true }), null],
])('a socket to an address asks the policy (%s) once more', async (_case, policy, expected) => {
  const server = await RawServer.start((socket) => socket.end(answer('')));
  const connector = new Connector({ ...unguarded, policy });
  const message = await new Promise((settle) => {
    connector.connect({ hostname: '127.0.0.1', protocol: 'http:', port: String(server.port) }, (...[error]) =>
      settle(error?.message ?? null),
    );
  });
  connector.destroy();
  await server.stop();
  expect(message).toBe(expected);
});

import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pool } from 'undici';
import { createHttpSender } from '../sending/http-sender.ts';
import { DnsServer } from '../testing/dns-server.ts';
import { policyOf } from '../testing/policy-of.ts';
import { networkResolver } from './resolver.ts';

// Stands for a public address: permitted by the policy below, and nothing answers there.
const ELSEWHERE = '192.0.2.1';
const HERE = '127.0.0.1';

let inside: Server;
let reached = 0;
let url = '';

beforeEach(async () => {
  reached = 0;
  inside = createServer((_request, response) => {
    reached += 1;
    response.end('secret');
  });
  inside.listen(0, HERE);
  await once(inside, 'listening');
  url = `http://rebind.test:${(inside.address() as AddressInfo).port}/`;
});

afterEach(() => {
  inside.closeAllConnections();
  inside.close();
});

describe('a name that moves to this machine after it was checked', () => {
  it('never reaches it through the sender', async () => {
    const names = await DnsServer.start({ 'rebind.test': { a: [[ELSEWHERE], [HERE]] } });
    const sender = senderUsing(names);
    const first = await sender.send(get(url));
    const second = await sender.send(get(url));
    await sender.close();
    names.stop();
    expect(first.kind).toBe('failed');
    expect(second).toMatchObject({ kind: 'failed', failure: 'blocked', detail: 'The address is not allowed by the egress policy.' });
    expect({ reached, questions: names.questions }).toEqual({ reached: 0, questions: 2 });
  });

  it('never reaches it when both addresses come in one answer', async () => {
    const names = await DnsServer.start({ 'rebind.test': { a: [[HERE, ELSEWHERE]] } });
    const sender = senderUsing(names);
    const result = await sender.send(get(url));
    await sender.close();
    names.stop();
    expect([result.kind, reached]).toEqual(['failed', 0]);
  });

  it('reaches it where the lookup does not filter, so the two tests above can fail', async () => {
    const names = await DnsServer.start({ 'rebind.test': { a: [[ELSEWHERE], [HERE]] } });
    const checkedBefore = await networkResolver(names.resolver)('rebind.test');
    const pool = new Pool(url.slice(0, -1), { connect: { lookup: unguarded(names) } });
    const { body } = await pool.request({ path: '/', method: 'GET' });
    expect([checkedBefore, await body.text(), reached]).toEqual([[{ address: ELSEWHERE, family: 4 }], 'secret', 1]);
    await pool.destroy();
    names.stop();
  });
});

function senderUsing(names: DnsServer) {
  return createHttpSender({ policy: policyOf({ allow: [ELSEWHERE] }), resolve: networkResolver(names.resolver) });
}

function unguarded(names: DnsServer): LookupFunction {
  return (name, _options, callback) => void networkResolver(names.resolver)(name).then((found) => callback(null, [...found]));
}

function get(to: string) {
  return { url: to, method: 'GET', headers: {}, body: [], timeoutMs: 200, maxAnswerBytes: 1000 } as const;
}

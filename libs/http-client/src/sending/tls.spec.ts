import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SendResult } from '@crossdock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificate, testKey } from '../testing/certificate.ts';
import { policyOf } from '../testing/policy-of.ts';
import { answer, RawServer } from '../testing/raw-server.ts';
import { createHttpSender } from './http-sender.ts';

let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer({ cert: testCertificate, key: testKey }, (_request, response) => response.end('safe'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('https', () => {
  it('answers where the certificate is trusted and names the host', async () => {
    const result = await get(`https://shop.localhost:${port}/`, testCertificate);
    expect(result.kind === 'answered' && Buffer.from(result.body).toString()).toBe('safe');
  });

  it.each([
    ['the certificate is not trusted', 'shop.localhost', undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['the certificate names another host', 'other.localhost', testCertificate, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('fails where %s', async (_case, host, ca, code) => {
    expect(await get(`https://${host}:${port}/`, ca)).toMatchObject({ failure: 'tls', detail: `The TLS connection failed: ${code}.` });
  });

  it('fails where the endpoint speaks plain HTTP', async () => {
    const plain = await RawServer.start((socket) => socket.end(answer('')));
    // What arrives is a TLS greeting and not a request, so the server says nothing until it gives up.
    plain.onConnection = (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(await get(`https://127.0.0.1:${plain.port}/`)).toMatchObject({ failure: 'tls' });
    await plain.stop();
  });

  it('gives up a handshake that does not end', async () => {
    const silent = await RawServer.start(() => undefined);
    expect(await get(`https://127.0.0.1:${silent.port}/`)).toMatchObject({
      failure: 'timeout',
      detail: 'Timed out after 300 ms, before a connection was ready.',
    });
    await expect.poll(() => silent.open).toBe(0);
    await silent.stop();
  });
});

async function get(url: string, ca?: string): Promise<SendResult> {
  const sender = createHttpSender({ policy: policyOf({ allowLoopback: true }), ...(ca === undefined ? {} : { ca }) });
  const result = await sender.send({ url, method: 'GET', headers: {}, body: [], timeoutMs: 300, maxAnswerBytes: 1000 });
  await sender.close();
  return result;
}

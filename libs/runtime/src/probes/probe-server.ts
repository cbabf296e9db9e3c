import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { legacyError } from '@crossdock/contracts';
import type { ProbeAnswer, Probes } from '@crossdock/kit';
import { portProblem } from './port-problem.ts';

/** Where the probes of a service without an API answer. */
export interface ProbeServer {
  readonly url: string;
  close(): Promise<void>;
}

const TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;
const MAX_HEADER_BYTES = 8_192;

/** Serves probes, and nothing else, without Nest: it answers before there is a database. Throws `port_taken`. */
export async function startProbeServer(probes: Probes, place: { readonly host: string; readonly port: number }): Promise<ProbeServer> {
  const server = createServer(
    { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS, keepAliveTimeout: TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES },
    (request, response) => void respond(probes, request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, place);
  const { address, port, family } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`, close };
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, host, port)));
    server.listen(port, host, resolve);
  });
}

async function respond(probes: Probes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const asks = request.method === 'GET' || request.method === 'HEAD';
  const answer = (asks ? await probes.answer(request.url ?? '/') : undefined) ?? nothingThere(request);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

function nothingThere({ method, url }: IncomingMessage): ProbeAnswer {
  const detail = `There is no ${String(method)} ${String(url)} here: this service answers GET /livez, /readyz and /startupz.`;
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 404, headers, body: JSON.stringify(legacyError('route_not_found', detail)) };
}

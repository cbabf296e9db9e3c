import { HubError, codeOf } from '@crossdock/kit';

/** Why nothing can listen there, as something to act upon; other errors as they are. */
export function portProblem(cause: unknown, host: string, port: number): unknown {
  const why = WHY[codeOf(cause) ?? ''];
  if (why === undefined) return cause;
  return new HubError('port_taken', `Cannot listen on ${host}:${port}: ${why}. Set CROSSDOCK_HOST and CROSSDOCK_PORT.`, { cause });
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process does',
  EACCES: 'this user may not',
  EADDRNOTAVAIL: 'the machine has no such address',
  ENOTFOUND: 'there is no such name',
};

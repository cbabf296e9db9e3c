import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { EgressError } from '../guard/egress-error.ts';
import { classifyError } from './failure.ts';

describe('classifyError', () => {
  it.each([
    ['blocked', new EgressError('refused')],
    ['dns', new EgressError('lookup_timeout')],
    ['dns', new EgressError('not_found')],
    ['dns', system('ENOTFOUND', 'getaddrinfo')],
    ['dns', system('EAI_AGAIN', 'getaddrinfo')],
    ['dns', system('ESERVFAIL', 'queryA')],
    ['dns', system('ETIMEOUT', 'queryAaaa')],
    ['dns', system('ECONNREFUSED', 'queryA')],
    ['connection_refused', system('ECONNREFUSED', 'connect')],
    ['connection_reset', system('ECONNRESET', 'read')],
    ['connection_reset', system('EPIPE', 'write')],
    ['connection_reset', new errors.SocketError('other side closed')],
    ['connection_reset', new errors.ResponseContentLengthMismatchError()],
    ['timeout', system('ETIMEDOUT', 'connect')],
    ['timeout', new errors.ConnectTimeoutError()],
    ['network', system('EHOSTUNREACH', 'connect')],
    ['network', system('ENETUNREACH', 'connect')],
    ['network', system('EMFILE', 'connect')],
    ['network', new errors.SocketError('bad response')],
    ['network', new errors.InvalidArgumentError('invalid header')],
    ['network', new errors.NotSupportedError()],
    ['network', new Error('anything')],
    ['network', 'not even an error'],
    ['network', undefined],
    ['tls', system('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['tls', system('SELF_SIGNED_CERT_IN_CHAIN')],
    ['tls', system('CERT_HAS_EXPIRED')],
    ['tls', system('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
    ['tls', system('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['tls', system('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['tls', system('EPROTO', 'write')],
    ['too_large', new errors.HeadersOverflowError()],
    ['aborted', new errors.ClientDestroyedError()],
    ['aborted', new errors.ClientClosedError()],
  ])('%s: %s', (failure, error) => {
    expect(classifyError(error, true).failure).toBe(failure);
  });

  it('never tells an address, a port or a name that only the inside network knows', () => {
    const codes = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EACCES', 'ERR_TLS_CERT_ALTNAME_INVALID'];
    const details = codes.map((code) => classifyError(system(code, 'getaddrinfo'), false).detail);
    expect(details.filter((detail) => /10\.0\.0\.5|5432|crm\.internal/.test(detail))).toEqual([]);
  });
});

function system(code: string, syscall?: string): Error {
  return Object.assign(new Error(`${syscall} ${code} 10.0.0.5:5432 crm.internal`), { code, syscall });
}

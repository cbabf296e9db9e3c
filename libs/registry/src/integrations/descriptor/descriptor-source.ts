import { unreachable, type CompileRegex, type DescriptorRead, type DescriptorSource, type Getter, type GetResult } from '@crossdock/core';
import type { DescriptorLimits } from './descriptor-limits.ts';
import { fetchProblem, problemOfFailure, problemOfRedirect, problemOfStatus, shown } from './fetch-problem.ts';
import { readDescriptor } from './read-descriptor.ts';
import { Slots } from './slots.ts';

export interface DescriptorSourceOptions {
  /** Guarded: it decides where requests may go. */
  readonly getter: Getter;
  readonly compileRegex: CompileRegex;
  readonly isMessageType: (name: string) => boolean;
  readonly limits?: DescriptorLimits;
  /** For one endpoint, redirects and the second address included. Default 10 000. */
  readonly timeoutMs?: number;
  /** Endpoints that are asked at once. Default 8. */
  readonly concurrency?: number;
  /** Of these, at one origin. Default 2. */
  readonly perOrigin?: number;
  /** How long to wait until others have ended. Default 30 000. */
  readonly waitMs?: number;
}

const FILE = '/endpoint.json';

/** Fetches `endpoint.json` and reads it. Never throws, always ends: at the latest after both times of the options. */
export function descriptorSource(options: DescriptorSourceOptions): DescriptorSource {
  const { concurrency = 8, perOrigin = 2, waitMs = 30_000 } = options;
  const slots = new Slots({ total: concurrency, perKey: perOrigin, waitMs });
  return {
    fetch: async (url) => {
      if (!URL.canParse(url)) return notUrl(`"${shown(url)}" cannot be read as a URL.`);
      const base = new URL(url);
      if (base.pathname.endsWith(FILE)) return notUrl(`${shown(url)} is the address of the file itself.`);
      return (await slots.run(base.origin, () => fetchAndRead(base, options))) ?? noRoom(waitMs);
    },
  };
}

async function fetchAndRead(base: URL, options: DescriptorSourceOptions): Promise<DescriptorRead> {
  const { getter, timeoutMs = 10_000 } = options;
  const endsAt = performance.now() + timeoutMs;
  const file = await getter.get(addressOfFile(base), timeoutMs);
  if (!isMissing(file)) return read(file, base, options);
  // Older applications redirect their root to the file.
  const left = Math.floor(endsAt - performance.now());
  return left < 1 ? read(file, base, options) : read(await getter.get(base.href, left), base, options);
}

function addressOfFile(base: URL): string {
  const file = new URL(base);
  let end = base.pathname.length;
  while (base.pathname[end - 1] === '/') end -= 1;
  file.pathname = base.pathname.slice(0, end) + FILE;
  file.hash = '';
  return file.href;
}

/** A page that says so may be larger than a file could be. */
const isMissing = (got: GetResult): boolean => got.kind !== 'redirected' && got.status === 404;

function read(got: GetResult, base: URL, { compileRegex, isMessageType, limits }: DescriptorSourceOptions): DescriptorRead {
  switch (got.kind) {
    case 'failed':
      return problemOfFailure(got);
    case 'redirected':
      return problemOfRedirect(got);
    case 'answered': {
      if (got.status < 200 || got.status > 299) return problemOfStatus(got.status, got.url);
      const encoding = got.headers['content-encoding']?.trim().toLowerCase() ?? '';
      if (encoding !== '' && encoding !== 'identity') return compressed(encoding, got.url);
      return readDescriptor(got.body, { compileRegex, isMessageType, url: base.href, ...(limits === undefined ? {} : { limits }) });
    }
    default:
      return unreachable(got);
  }
}

const notUrl = (reason: string): DescriptorRead =>
  fetchProblem(
    'integration_url_invalid',
    reason,
    'Give the endpoint’s base URL, such as https://example.com/mandrill: /endpoint.json follows it.',
    false,
  );

const noRoom = (waitMs: number): DescriptorRead =>
  fetchProblem('integration_unreachable', `The hub has fetched other endpoints for ${waitMs} ms.`, 'Wait: it is tried again.', true);

const compressed = (encoding: string, url: string): DescriptorRead =>
  fetchProblem(
    'endpoint_json_unreadable',
    `${shown(url)} answers in the encoding "${shown(encoding)}", though none was accepted.`,
    'Answer uncompressed where a request accepts identity only.',
    false,
  );

import { isIP } from 'node:net';
import { AddressSet, isRange } from './address-set.ts';
import { blockedAddresses } from './blocked-ranges.ts';
import { canonicalName, isLocalhost } from './host-name.ts';

/** What an installation may configure. */
export interface EgressSettings {
  /** Development only: lets requests reach this machine (127.0.0.0/8, ::1, localhost). Default false. */
  readonly allowLoopback?: boolean;
  /** Addresses (`10.2.0.7`), ranges (`10.2.0.0/16`), names (`crm.internal`) and names below a name (`*.internal`). Default none. */
  readonly allow?: readonly string[];
  /** Ports below 1024 that are allowed besides 80 and 443. Default none. */
  readonly ports?: readonly number[];
}

/** Where outgoing requests may go. Made by `parseEgressPolicy`. */
export interface EgressPolicy {
  readonly allowLoopback: boolean;
  readonly allow: readonly string[];
  readonly ports: readonly number[];
  /** May this IP address be connected to? Not an IP address: no. */
  permitsAddress(address: string): boolean;
  /** Does the installation vouch for this name, whatever it resolves to? */
  vouchesFor(name: string): boolean;
  /** May this port be connected to? */
  permitsPort(port: number): boolean;
}

export type ParsedEgressPolicy =
  | { readonly ok: true; readonly policy: EgressPolicy }
  | { readonly ok: false; readonly problems: readonly string[] };

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const ALWAYS_ALLOWED_PORTS = [80, 443];
const FIRST_UNPRIVILEGED_PORT = 1024;

/** Reads the settings once. Every wrong entry is reported: which, why, and what to write instead. */
export function parseEgressPolicy(settings: EgressSettings): ParsedEgressPolicy {
  const allow = (settings.allow ?? []).map((entry) => entry.trim()).filter((entry) => entry !== '');
  const ports = settings.ports ?? [];
  const problems = [...allow.flatMap(problemOfEntry), ...ports.flatMap(problemOfPort)];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, policy: compile(settings.allowLoopback ?? false, allow, ports) };
}

/** One sentence for people: where requests may go. Says so when loopback is open. */
export function describePolicy(policy: EgressPolicy): string {
  const extra = policy.allow.length === 0 ? '' : `, and to ${policy.allow.join(', ')}`;
  const ports = [...ALWAYS_ALLOWED_PORTS, ...policy.ports.filter((port) => !ALWAYS_ALLOWED_PORTS.includes(port))].join(', ');
  const loopback = policy.allowLoopback ? ' Requests to this machine (loopback) are allowed: for development only.' : '';
  return `Requests go to public addresses${extra}, on ports ${ports} and ${FIRST_UNPRIVILEGED_PORT} and above.${loopback}`;
}

function compile(allowLoopback: boolean, allow: readonly string[], ports: readonly number[]): EgressPolicy {
  const ranges = allow.filter(isRange);
  const names = allow.filter((entry) => !isRange(entry)).map(canonicalName);
  const exact = new Set(names.filter((name) => !name.startsWith('*.')));
  const suffixes = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  const allowed = new AddressSet(allowLoopback ? [...ranges, ...LOOPBACK] : ranges);
  const listedPorts = new Set([...ALWAYS_ALLOWED_PORTS, ...ports]);
  return {
    allowLoopback,
    allow,
    ports,
    permitsAddress: (address) => allowed.has(address) || (isIP(address) !== 0 && !blockedAddresses.has(address)),
    vouchesFor: (name) => exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix)),
    permitsPort: (port) => port >= FIRST_UNPRIVILEGED_PORT || listedPorts.has(port),
  };
}

function problemOfEntry(entry: string): string[] {
  if (isRange(entry)) return [];
  const name = entry.startsWith('*.') ? entry.slice(2) : entry;
  if (isLocalhost(canonicalName(name))) {
    return [`egress allow entry '${entry}': this machine is not allowed by name. Allow loopback (development only) instead.`];
  }
  if (isHostName(name)) return [];
  return [
    `egress allow entry '${entry}' is not an address (10.2.0.7), a range (10.2.0.0/16) or a host name (crm.internal, *.internal). ` +
      'Write it without scheme, port or path.',
  ];
}

function problemOfPort(port: number): string[] {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return [];
  return [`egress port ${port} is not a port. Write a whole number from 1 to 65535.`];
}

/** A name as `new URL` would give it back, so that it can be compared with a URL's host. */
function isHostName(text: string): boolean {
  if (!URL.canParse(`http://${text}`)) return false;
  const { hostname } = new URL(`http://${text}`);
  return (
    canonicalName(hostname) === canonicalName(text) &&
    isIP(hostname) === 0 &&
    /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/.test(canonicalName(text))
  );
}

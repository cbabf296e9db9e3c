import type { DescriptorRead, EndpointDescription, JsonObject } from '@crossdock/core';
import { descriptorLimits } from './descriptor-limits.ts';
import { Findings, type Place } from './findings.ts';
import { readJson } from './read-json.ts';
import { compilerWithin, type DescriptorRules, type Reading } from './reading.ts';
import { readServices } from './read-services.ts';
import { plainName, readText } from './read-values.ts';

/**
 * Reads an `endpoint.json` as the field's applications write it: strict about what a mapping needs, lenient elsewhere. What was read
 * otherwise than it is written, or left out, is a warning. Everything that is wrong is told at once. Never throws.
 */
export function readDescriptor(file: Uint8Array | string, rules: DescriptorRules): DescriptorRead {
  const limits = rules.limits ?? descriptorLimits;
  const json = readJson(file, limits);
  if (!json.ok) {
    const { reason, hint } = json;
    return { ok: false, problems: [{ pointer: '', code: 'endpoint_json_unreadable', reason, hint }], retriable: false };
  }
  const findings = new Findings(limits);
  const compileRegex = compilerWithin(limits.maxPatterns, rules.compileRegex);
  const description = readEndpoint(json.value, { rules: { ...rules, compileRegex }, limits, findings });
  const { problems, warnings } = findings;
  return problems.length > 0 ? { ok: false, problems, retriable: false } : { ok: true, description, warnings };
}

function readEndpoint(file: JsonObject, reading: Reading): EndpointDescription {
  const { limits, findings } = reading;
  const name = readName(findings.member(file, '', 'name'), reading);
  return {
    name,
    display: readText(findings.member(file, '', 'display'), limits.maxDisplay, findings) || name,
    description: readText(findings.member(file, '', 'description'), limits.maxDescription, findings),
    icon_url: readIcon(findings.member(file, '', 'icon_url'), reading),
    help: readText(findings.member(file, '', 'help'), limits.maxHelp, findings),
    services: readServices(findings.member(file, '', 'services', 'consumers'), reading),
  };
}

/** People name the integration themselves, so a bad name spoils nothing. */
function readName(place: Place | undefined, { rules, limits, findings }: Reading): string {
  const name = typeof place?.value === 'string' ? plainName(place.value) : '';
  const usable = name !== '' && name.length <= limits.maxName;
  const chosen = usable ? name : nameOfHost(rules.url, limits.maxName);
  if (place?.value === chosen) return chosen;
  const reason = usable
    ? `The name is read as "${chosen}".`
    : `The file has no usable name, so that the endpoint is called "${chosen}" after its host.`;
  findings.warning(place?.pointer ?? '/name', reason, 'Name the endpoint in lower case letters, digits, - and _.');
  return chosen;
}

function nameOfHost(url: string, maxName: number): string {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return plainName(host).slice(0, maxName) || 'endpoint';
}

/** Often the name of a picture beside the file. */
function readIcon(place: Place | undefined, { rules, limits, findings }: Reading): string | null {
  const written = readText(place, limits.maxUrl, findings);
  if (place === undefined || written === '') return null;
  const base = rules.url.endsWith('/') ? rules.url : `${rules.url}/`;
  const icon = URL.canParse(written, base) ? new URL(written, base) : undefined;
  if (icon !== undefined && /^https?:$/.test(icon.protocol) && icon.username === '' && icon.href.length <= limits.maxUrl) return icon.href;
  findings.warning(
    place.pointer,
    'The icon’s URL is not usable, and left out.',
    'Give an http or https URL, or one relative to the endpoint’s.',
  );
  return null;
}

import { boundedText, isJsonObject, type JsonObject, type ServiceDescription } from '@crossdock/core';
import { isList } from '../../input/problems.ts';
import { below, type Place } from './findings.ts';
import { readParameters } from './read-parameters.ts';
import type { Reading } from './reading.ts';
import { readMessages, readRecommendations } from './read-recommendations.ts';
import { plainName, readFlag, readText } from './read-values.ts';

interface Entry {
  readonly place: Place;
  /** Its name, where services are members of an object. */
  readonly key: string | undefined;
}

/** The services, of which each must have a name of its own and a path: a problem else. */
export function readServices(place: Place | undefined, reading: Reading): readonly ServiceDescription[] {
  const { limits, findings } = reading;
  const entries = place === undefined ? undefined : entriesOf(place);
  if (entries === undefined) {
    const reason = place === undefined ? 'The file lists no services.' : 'The services are not a list.';
    findings.problem(place?.pointer ?? '/services', reason, 'Write "services": [{"name": "add_order", "path": "/add_order", …}].');
    return [];
  }
  const pointer = place?.pointer ?? '/services';
  if (!findings.within(entries.length, limits.maxServices, 'services', pointer)) return [];
  if (entries.length === 0) findings.warning(pointer, 'The endpoint has no services.', 'List its services, then refresh the integration.');
  const known = new Set<string>();
  return entries.flatMap((entry) => {
    const service = readService(entry, reading);
    if (service === undefined) return [];
    const { name } = service;
    if (known.has(name)) {
      const hint = 'Give each service a name of its own: mappings are called integration.service.';
      findings.problem(below(entry.place.pointer, 'name'), `There are two services "${name}".`, hint);
    }
    known.add(name);
    return [service];
  });
}

function entriesOf({ value, pointer }: Place): readonly Entry[] | undefined {
  if (isList(value)) return value.map((each, index) => ({ place: { value: each, pointer: below(pointer, index) }, key: undefined }));
  if (!isJsonObject(value)) return undefined;
  return Object.entries(value).map(([key, each]) => ({ place: { value: each, pointer: below(pointer, key) }, key }));
}

function readService({ place: { value, pointer }, key }: Entry, reading: Reading): ServiceDescription | undefined {
  const { limits, findings } = reading;
  if (!isJsonObject(value)) {
    findings.problem(pointer, 'The service is not an object.', 'Write {"name": "add_order", "path": "/add_order", …}.');
    return undefined;
  }
  const member = (...names: [string, ...string[]]): Place | undefined => findings.member(value, pointer, ...names);
  const name = readName(member('name') ?? (key === undefined ? undefined : { value: key, pointer }), pointer, reading);
  const path = readPath(member('path'), pointer, reading);
  const service = {
    description: readText(member('description'), limits.maxDescription, findings),
    required: readFlag(member('required'), findings) ?? false,
    requires: { parameters: readParameters(placesOfParameters(value, pointer, reading), limits, findings) },
    recommends: readRecommendations(member('recommends', 'reccomends'), reading),
    produces: readProduces(member('produces'), reading),
  };
  return name === undefined || path === undefined ? undefined : { name, path, ...service };
}

function readName(place: Place | undefined, pointer: string, { limits, findings }: Reading): string | undefined {
  const hint = `Give it a name of lower case letters, digits, - and _, of at most ${limits.maxName} characters.`;
  const name = typeof place?.value === 'string' ? plainName(place.value) : '';
  if (place === undefined || name === '') {
    const reason = place === undefined ? 'The service has no name.' : 'The service’s name is not usable.';
    findings.problem(place?.pointer ?? below(pointer, 'name'), reason, hint);
    return undefined;
  }
  if (name.length > limits.maxName) {
    findings.problem(place.pointer, `The service’s name has ${name.length} characters; ${limits.maxName} are allowed.`, hint);
    return undefined;
  }
  if (name !== place.value) findings.warning(place.pointer, `The name is read as "${name}".`, hint);
  return name;
}

function readPath(place: Place | undefined, pointer: string, { limits, findings }: Reading): string | undefined {
  const hint = 'Give the path that follows the endpoint’s URL, such as "/add_order".';
  const refuse = (reason: string): undefined => {
    findings.problem(place?.pointer ?? below(pointer, 'path'), reason, hint);
  };
  if (place === undefined) return refuse('The service has no path.');
  if (typeof place.value !== 'string') return refuse('The service’s path is not a text.');
  const written = place.value.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(written)) return refuse('The path is a whole URL: services are called at the endpoint’s own URL only.');
  const path = written.startsWith('/') ? written : `/${written}`;
  if (path.length > limits.maxPath) return refuse(`The path has ${path.length} characters; ${limits.maxPath} are allowed.`);
  if (/[\s\p{Cc}\\#]/u.test(path)) return refuse('The path holds a blank, a backslash, a # or a control character.');
  if (!staysBelow(path)) return refuse('The path leads out of the endpoint’s URL.');
  if (path !== place.value) findings.warning(place.pointer, `The path is read as "${boundedText(path)}".`, 'Begin it with a slash.');
  return path;
}

/** The same for every endpoint: `..` leads out of its URL, if that has a path. */
function staysBelow(path: string): boolean {
  const url = `http://endpoint.invalid/base${path}`;
  return URL.canParse(url) && new URL(url).pathname.startsWith('/base/');
}

/** The field's files list them below `requires`; some directly. */
function placesOfParameters(service: JsonObject, pointer: string, { findings }: Reading): readonly Place[] {
  const requires = findings.member(service, pointer, 'requires');
  const direct = findings.member(service, pointer, 'parameters');
  const listed = requires === undefined ? undefined : parametersOf(requires, findings);
  return [listed, direct].filter((place) => place !== undefined);
}

function parametersOf(requires: Place, findings: Reading['findings']): Place | undefined {
  if (isJsonObject(requires.value)) return findings.member(requires.value, requires.pointer, 'parameters', 'paramaters');
  return requires;
}

/** The field's files wrap the list: `{"messages": [{"message": "order:new", "schema": …}]}`. */
function readProduces(place: Place | undefined, reading: Reading): readonly string[] {
  if (place === undefined || !isJsonObject(place.value)) return readMessages(place, reading);
  return readMessages(reading.findings.member(place.value, place.pointer, 'messages'), reading);
}

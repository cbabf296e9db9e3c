import { isJsonObject, type JsonObject, type JsonValue, type ServiceDescription } from '@crossdock/core';
import { isList, type Problems } from '../input/problems.ts';
import { isParameterName, type ParameterLimits } from '../parameters/parameter-value.ts';

/** A parameter as it came with a signup; what it says is read when it is known what is wanted. */
export interface GivenParameter {
  readonly pointer: string;
  readonly input: JsonObject;
}

export interface ReadSignup {
  /** By name. */
  readonly given: ReadonlyMap<string, GivenParameter>;
  /** Undefined: as before, and all that are new. */
  readonly enabled: ReadonlySet<string> | undefined;
}

/** Reads `{parameters: [{name, value, data_type?, secret?}], enabled: [names of services]}`. */
export function readSignup(
  input: JsonObject,
  services: readonly ServiceDescription[],
  limits: ParameterLimits,
  problems: Problems,
): ReadSignup {
  problems.unknownMembers(input, '', ['parameters', 'enabled']);
  return {
    given: readGiven(input['parameters'] ?? [], limits, problems),
    enabled: readEnabled(input['enabled'] ?? undefined, services, problems),
  };
}

function readGiven(parameters: JsonValue, limits: ParameterLimits, problems: Problems): ReadonlyMap<string, GivenParameter> {
  const given = new Map<string, GivenParameter>();
  const hint = 'Send an array such as [{"name": "mandrill.api_key", "value": "…"}].';
  if (!isList(parameters)) {
    problems.add('/parameters', 'The parameters are not an array.', hint);
    return given;
  }
  if (parameters.length > limits.maxPerStore) {
    problems.add(
      '/parameters',
      `There are ${parameters.length} parameters; ${limits.maxPerStore} are allowed.`,
      'Send those that the services require.',
    );
    return given;
  }
  for (const [index, input] of parameters.entries()) {
    const pointer = `/parameters/${index}`;
    const name = isJsonObject(input) ? input['name'] : undefined;
    if (!isJsonObject(input) || typeof name !== 'string' || !isParameterName(name, limits)) {
      problems.add(pointer, 'This is no parameter with a usable name.', hint);
    } else if (given.has(name)) problems.add(`${pointer}/name`, `"${name.slice(0, 64)}" is given twice.`, 'Give each parameter once.');
    else given.set(name, { pointer, input });
  }
  return given;
}

function readEnabled(
  enabled: JsonValue | undefined,
  services: readonly ServiceDescription[],
  problems: Problems,
): ReadonlySet<string> | undefined {
  if (enabled === undefined) return undefined;
  const names = services.map(({ name }) => name);
  const known = names.length === 0 ? 'The endpoint describes none.' : `The services are ${names.slice(0, 50).join(', ')}.`;
  if (!isList(enabled) || enabled.length > Math.max(names.length * 2, 100)) {
    problems.add('/enabled', 'This is no list of services.', `Send an array of names. ${known}`);
    return undefined;
  }
  for (const [index, name] of enabled.entries()) {
    if (typeof name === 'string' && names.includes(name)) continue;
    const reason = typeof name === 'string' ? `There is no service "${name.slice(0, 64)}".` : 'This is no name.';
    problems.add(`/enabled/${index}`, reason, known, 'signup_service_unknown');
  }
  const listed = new Set(enabled.filter((name) => typeof name === 'string'));
  for (const { name, required } of services) {
    if (!required || listed.has(name)) continue;
    const hint = 'List it, too; its mapping can be disabled afterwards.';
    problems.add('/enabled', `The service ${name} is required: the endpoint does not work without it.`, hint, 'signup_service_required');
  }
  return listed;
}

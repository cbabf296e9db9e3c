import { isJsonObject, type JsonObject, type JsonValue, type MappingOptionsView } from '@crossdock/core';
import type { Problems } from '../input/problems.ts';
import type { MappingLimits, Range } from './mapping-limits.ts';

const CODE = 'mapping_options_invalid';
const OPTIONS = ['retries_allowed', 'max_attempts', 'backoff', 'timeout', 'success', 'concurrency', 'dialect'];
const BACKOFF = ['base_ms', 'factor', 'cap_ms'];

/** Reads `options`; what is not given stays as it was. */
export function readOptions(
  input: JsonValue | undefined,
  before: MappingOptionsView,
  limits: MappingLimits,
  problems: Problems,
): MappingOptionsView {
  if (input === undefined || input === null) return before;
  if (!isJsonObject(input)) {
    problems.add('/options', 'The options are not an object.', 'Send an object such as {"retries_allowed": false}.', CODE);
    return before;
  }
  problems.unknownMembers(input, '/options', OPTIONS);
  const reader = new OptionReader(input, '/options', problems);
  reader.choice('dialect', ['messages'] as const, 'messages');
  return {
    retries_allowed: problems.flag(input['retries_allowed'], '/options/retries_allowed', before.retries_allowed),
    max_attempts: reader.number('max_attempts', limits.maxAttempts, before.max_attempts, 'whole'),
    backoff: readBackoff(input['backoff'], before.backoff, limits, problems),
    timeout: reader.number('timeout', limits.timeout, before.timeout),
    success: reader.choice('success', ['exact_200', '2xx'] as const, before.success),
    concurrency: reader.number('concurrency', limits.concurrency, before.concurrency, 'whole'),
  };
}

function readBackoff(
  input: JsonValue | undefined,
  before: MappingOptionsView['backoff'],
  limits: MappingLimits,
  problems: Problems,
): MappingOptionsView['backoff'] {
  if (input === undefined || input === null) return before;
  const pointer = '/options/backoff';
  if (!isJsonObject(input)) {
    problems.add(
      pointer,
      'The backoff is not an object.',
      'Send an object such as {"base_ms": 5000, "factor": 2, "cap_ms": 3600000}.',
      CODE,
    );
    return before;
  }
  problems.unknownMembers(input, pointer, BACKOFF);
  const reader = new OptionReader(input, pointer, problems);
  const backoff = {
    base_ms: reader.number('base_ms', limits.baseMs, before.base_ms, 'whole'),
    factor: reader.number('factor', limits.factor, before.factor),
    cap_ms: reader.number('cap_ms', limits.capMs, before.cap_ms, 'whole'),
  };
  if (backoff.cap_ms < backoff.base_ms) {
    problems.add(
      `${pointer}/cap_ms`,
      `The cap (${backoff.cap_ms} ms) is below the base (${backoff.base_ms} ms).`,
      'Raise cap_ms, or lower base_ms.',
      CODE,
    );
  }
  return backoff;
}

class OptionReader {
  readonly #input: JsonObject;
  readonly #pointer: string;
  readonly #problems: Problems;

  constructor(input: JsonObject, pointer: string, problems: Problems) {
    this.#input = input;
    this.#pointer = pointer;
    this.#problems = problems;
  }

  number(name: string, { min, max }: Range, otherwise: number, kind: 'whole' | 'any' = 'any'): number {
    const value = this.#input[name];
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'number' && value >= min && value <= max && (kind === 'any' || Number.isInteger(value))) return value;
    const found = typeof value === 'number' ? String(value) : 'not a number';
    const wanted = `a${kind === 'whole' ? ' whole' : ''} number from ${min} to ${max}`;
    this.#problems.add(`${this.#pointer}/${name}`, `The option ${name} is ${found}.`, `Send ${wanted}.`, CODE);
    return otherwise;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const value = this.#input[name];
    if (value === undefined || value === null) return otherwise;
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    const wanted = choices.map((choice) => `"${choice}"`).join(' or ');
    this.#problems.add(`${this.#pointer}/${name}`, `The option ${name} is not ${wanted}.`, `Send ${wanted}.`, CODE);
    return otherwise;
  }
}

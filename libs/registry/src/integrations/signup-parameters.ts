import { fitValue, type JsonObject } from '@crossdock/core';
import { idOf, uuidOf } from '@crossdock/event-log';
import { In, type EntityManager } from 'typeorm';
import { ParameterEntity } from '../entities/parameter.entity.ts';
import { Problems } from '../input/problems.ts';
import type { MappingChange } from '../mappings/write-mappings.ts';
import { changeParameters, type ChangedParameter } from '../parameters/change-parameters.ts';
import { knownParameter, parameterColumns } from '../parameters/parameter-columns.ts';
import { readParameter, type KnownParameter, type ReadParameter } from '../parameters/parameter-input.ts';
import { same } from './recommended-mapping.ts';
import type { Signup, SignupTools } from './signup-context.ts';
import type { GivenParameter } from './signup-input.ts';
import type { Wanted } from './wanted-parameters.ts';

interface Asked {
  /** By name. */
  readonly given: ReadonlyMap<string, GivenParameter>;
  /** By name. */
  readonly wanted: ReadonlyMap<string, Wanted>;
}

interface Held {
  readonly row: ParameterEntity;
  readonly known: KnownParameter;
}

/** Parameters that a refusal names; who sends these is told of the next ones. */
const MOST_TOLD = 100;

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

/** The store's parameters that a signup is about, locked in the order of all who write them: by name, before the store. */
export class SignupParameters {
  readonly #signup: Signup;
  readonly #asked: Asked;
  readonly #tools: SignupTools;
  readonly #problems: Problems;
  readonly #held: ReadonlyMap<string, Held>;
  /** What is given or has a default, as it is to be. Not in here: what is not given, and what is wrong. */
  readonly #read = new Map<string, ReadParameter>();
  /** Names whose absence is told already. */
  readonly #blamed = new Set<string>();
  readonly #inserted = new Map<string, string>();

  private constructor(signup: Signup, asked: Asked, tools: SignupTools, problems: Problems, held: ReadonlyMap<string, Held>) {
    this.#signup = signup;
    this.#asked = asked;
    this.#tools = tools;
    this.#problems = problems;
    this.#held = held;
    for (const name of [...new Set([...asked.given.keys(), ...asked.wanted.keys()])].sort(byName)) this.#readOne(name);
  }

  static async lock(signup: Signup, asked: Asked, tools: SignupTools, problems: Problems): Promise<SignupParameters> {
    const names = [...new Set([...asked.given.keys(), ...asked.wanted.keys()])];
    const held = new Map<string, Held>();
    for (const row of await lockNames(signup.manager, signup.store, names)) {
      held.set(row.name, { row, known: knownParameter(tools.secrets, row) });
    }
    return new SignupParameters(signup, asked, tools, problems, held);
  }

  #readOne(name: string): void {
    const wanted = this.#asked.wanted.get(name);
    const held = this.#held.get(name)?.known;
    const given = this.#given(name, wanted);
    if (given === undefined) {
      if (held === undefined && wanted?.value !== undefined) {
        this.#read.set(name, {
          name,
          dataType: wanted.dataType,
          secret: wanted.secret,
          value: fitValue(wanted.value, wanted.dataType) ?? wanted.value,
        });
      }
      return;
    }
    const own = new Problems('signup_invalid');
    const input: JsonObject = {
      ...given.input,
      data_type: given.input['data_type'] ?? wanted?.dataType ?? null,
      secret: given.input['secret'] ?? (held === undefined ? (wanted?.secret ?? null) : null),
    };
    const read = readParameter(input, held, this.#tools.rules.parameterLimits, own);
    for (const { pointer, reason, hint, code } of own.found) {
      this.#problems.add(`${given.pointer}${pointer}`, `Parameter ${name.slice(0, 64)}: ${reason}`, hint, code);
    }
    if (own.found.length === 0) this.#read.set(name, read);
    else this.#blamed.add(name);
  }

  /** What came for a name; a blank for what is no text, or is demanded, is an empty field of a form. */
  #given(name: string, wanted: Wanted | undefined): GivenParameter | undefined {
    const given = this.#asked.given.get(name);
    if (given === undefined || wanted === undefined) return given;
    const value = given.input['value'] ?? null;
    const blank = typeof value === 'string' && value.trim() === '' && (wanted.dataType !== 'string' || wanted.demandedBy.length > 0);
    return value === null || blank ? undefined : given;
  }

  /** Makes those that the store does not have; false where somebody else makes one of them at the same time. */
  async insertNew(): Promise<boolean> {
    const { manager, store } = this.#signup;
    const { newId, secrets, rules } = this.#tools;
    const missing = [...this.#read.values()].filter(({ name }) => !this.#held.has(name)).sort((a, b) => byName(a.name, b.name));
    if (missing.length === 0) return true;
    const { maxPerStore } = rules.parameterLimits;
    const count = await manager.countBy(ParameterEntity, { storeId: store });
    if (count + missing.length > maxPerStore) {
      const reason = `The store has ${count} parameters and would get ${missing.length} more; it may have ${maxPerStore}.`;
      this.#problems.add('/parameters', reason, 'Remove parameters that are not used.');
      return true;
    }
    const rows = missing.map((read) => {
      const id = newId();
      this.#inserted.set(read.name, id);
      return { id, storeId: store, revision: 0, version: 0, ...parameterColumns(secrets, id, read) };
    });
    const made = await manager.createQueryBuilder().insert().into(ParameterEntity).values(rows).orIgnore().returning('id').execute();
    return (made.raw as readonly unknown[]).length === rows.length;
  }

  /** Tells each parameter that an enabled service does not work without, and that is neither given nor there. */
  checkDemanded(enabled: ReadonlySet<string>): void {
    let told = 0;
    for (const { name, description, dataType, demandedBy } of this.#asked.wanted.values()) {
      const services = demandedBy.filter((service) => enabled.has(service));
      if (services.length === 0 || this.#held.has(name) || this.#read.has(name) || this.#blamed.has(name)) continue;
      told += 1;
      if (told > MOST_TOLD) return;
      const what = description === '' ? '' : ` (${description})`;
      const reason = `The parameter ${name}${what} is missing; ${services.slice(0, 5).join(', ')} cannot do without it.`;
      const hint = `Send {"name": "${name}", "value": …} of type ${dataType}, or leave the service out of enabled.`;
      this.#problems.add('/parameters', reason, hint, 'signup_parameter_missing');
    }
  }

  /** Answers whether anything changed. */
  async write(change: MappingChange): Promise<boolean> {
    const { secrets, rules } = this.#tools;
    const changed = [...this.#read].flatMap(([name, read]): readonly ChangedParameter[] => {
      const held = this.#held.get(name);
      if (held === undefined) return [{ id: this.#inserted.get(name) ?? '', read, valueChanged: true, hidden: false }];
      const { row, known } = held;
      if (same(read, known)) return [];
      return [{ id: row.id, read, valueChanged: !same(read.value, known.value), hidden: read.secret && !row.secret }];
    });
    await changeParameters(this.#signup.manager, change, changed, { secrets, limits: rules.parameterLimits });
    return changed.length > 0;
  }
}

/** In the order in which answers lock them, too: a collation of the database's would be another one. */
const LOCK = /* sql */ `
  select p.id from unnest($2::text[]) with ordinality w(name, ord) join parameter p on p.store_id = $1 and p.name = w.name
    order by w.ord for no key update of p`;

async function lockNames(manager: EntityManager, store: string, names: readonly string[]): Promise<ParameterEntity[]> {
  const locked = await manager.query<{ id: string }[]>(LOCK, [uuidOf(store), [...names].sort(byName)]);
  return locked.length === 0 ? [] : await manager.findBy(ParameterEntity, { id: In(locked.map(({ id }) => idOf(id))) });
}

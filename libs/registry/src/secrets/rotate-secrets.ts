import { idOf, type Database, type Row } from '@crossdock/event-log';
import { integrationTokenPlace, parameterPlace, tokenPlace } from './places.ts';
import type { SecretBox } from './secret-box.ts';

type SecretKind = 'mapping' | 'integration' | 'parameter';

export interface Rotation {
  /** Sealed anew with the first key. */
  readonly resealed: number;
  /** Had the first key already. */
  readonly current: number;
  /** No key opens them: left as they are. */
  readonly unreadable: readonly { readonly id: string; readonly kind: SecretKind }[];
}

interface Sealed extends Row {
  readonly id: string;
  readonly sealed: string;
}

interface Place {
  readonly kind: SecretKind;
  readonly placeOf: (id: string) => string;
  readonly next: string;
  readonly replace: string;
}

const BATCH = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** What changed meanwhile was sealed with the first key by whoever changed it, and is left alone. */
const PLACES: readonly Place[] = [
  {
    kind: 'mapping',
    placeOf: tokenPlace,
    next: 'select id, token as sealed from mapping where token is not null and id > $1 order by id limit $2',
    replace: 'update mapping set token = $3 where id = $1 and token = $2 returning id',
  },
  {
    kind: 'integration',
    placeOf: integrationTokenPlace,
    next: 'select id, token as sealed from integration where token is not null and id > $1 order by id limit $2',
    replace: 'update integration set token = $3 where id = $1 and token = $2 returning id',
  },
  {
    kind: 'parameter',
    placeOf: parameterPlace,
    next: `select id, value #>> '{}' as sealed from parameter where secret and id > $1 order by id limit $2`,
    replace: `update parameter set value = to_json($3::text) where id = $1 and value #>> '{}' = $2 returning id`,
  },
];

/** Seals every secret with the first key, so that the others can be taken away afterwards. May be interrupted and begun again. */
export async function rotateSecrets(database: Database, secrets: SecretBox): Promise<Rotation> {
  let resealed = 0;
  let current = 0;
  const unreadable: Rotation['unreadable'][number][] = [];
  for (const place of PLACES) {
    for await (const row of all(database, place)) {
      const id = idOf(row.id);
      const opened = secrets.open(row.sealed, place.placeOf(id));
      if (!opened.ok) {
        unreadable.push({ id, kind: place.kind });
      } else if (opened.current) {
        current += 1;
      } else {
        const anew = secrets.seal(opened.text, place.placeOf(id));
        resealed += (await database.query(place.replace, [row.id, row.sealed, anew])).length;
      }
    }
  }
  return { resealed, current, unreadable };
}

async function* all(database: Database, { next }: Place): AsyncGenerator<Sealed> {
  let after = FIRST;
  for (;;) {
    const rows = await database.query<Sealed>(next, [after, BATCH]);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

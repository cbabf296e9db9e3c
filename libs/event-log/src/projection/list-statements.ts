import type { Statement } from '../database/database.ts';
import { LIVE } from './projection-tables.ts';
import { itemColumns, notificationColumns } from './stored-rows.ts';

const named = (name: string, text: string): Statement => ({ name: `lists-${name}`, text });

export const counts = named(
  'counts',
  `select queue, state, sum(n)::bigint as n from ${LIVE}.counter where store_id = $1 group by queue, state`,
);

/** Levels and states have different names, so the state says the queue. */
export const total = named(
  'total',
  `select coalesce(sum(n), 0)::bigint as n from ${LIVE}.counter where store_id = $1 and state = any($2::text[])`,
);

export const statesById = named('states', `select id, state from ${LIVE}.item where id = any($1::uuid[])`);

/** Newest first in each state, then of all: $1 store, $2 states, $3 offset, $4 limit. The index alone finds the page's ids. */
export const newestItems = named(
  'newest-items',
  `select ${itemColumns} from ${LIVE}.item where id = any(array(
     select x.id from unnest($2::text[]) s cross join lateral (
       select created_at, id from ${LIVE}.item where store_id = $1 and state = s order by created_at desc, id desc limit $3::int + $4::int
     ) x order by x.created_at desc, x.id desc offset $3::int limit $4::int
   )) order by created_at desc, id desc`,
);

export const newestNotifications = named(
  'newest-notifications',
  `select ${notificationColumns} from ${LIVE}.notification where id = any(array(
     select x.id from unnest($2::text[]) l cross join lateral (
       select logged_on, id from ${LIVE}.notification where store_id = $1 and level = l order by logged_on desc, id desc limit $3::int + $4::int
     ) x order by x.logged_on desc, x.id desc offset $3::int limit $4::int
   )) order by logged_on desc, id desc`,
);

const counted = (order: string): string =>
  `select (select count(*) from scanned) as scanned, (select count(*) from matched) as matched, page.*
   from (values (1)) one left join lateral (select * from matched order by ${order} offset $6::int limit $7::int) page on true
   order by ${order}`;

/** Parameters as `newestItems`, with: $3 and $4 first and last time, $5 rows searched, $6 offset, $7 limit, $8… filters. */
const matches = `($8::text is null or message = $8) and ($9::text is null or source = $9) and ($10::text is null or consumer = $10)
  and ($11::uuid is null or mapping_id = $11)`;

export const matchingItems = named(
  'matching-items',
  `with scanned as materialized (
     select x.* from unnest($2::text[]) s cross join lateral (
       select ${itemColumns} from ${LIVE}.item
       where store_id = $1 and state = s and created_at >= $3::timestamptz and created_at <= $4::timestamptz
       order by created_at desc, id desc limit $5::int
     ) x order by x.created_at desc, x.id desc limit $5::int
   ), matched as materialized (select * from scanned where ${matches})
   ${counted('created_at desc, id desc')}`,
);

/** $1 store, $2 states, $3 types, $4 rows searched in each state, $5 limit. */
export const newestMessages = named(
  'newest-messages',
  `with scanned as materialized (
     select x.* from unnest($2::text[]) s cross join lateral (
       select id, message, created_at from ${LIVE}.item where store_id = $1 and state = s order by created_at desc, id desc limit $4::int
     ) x
   )
   select (select count(*) from scanned) as scanned, found.* from (values (1)) one left join lateral (
     select id, message, created_at from scanned where message = any($3::text[]) order by created_at desc, id desc limit $5::int
   ) found on true order by found.created_at desc, found.id desc`,
);

/** What is made from a message bears its second of birth, so a range of ids ($13 to $14) holds it and all its children. */
export const itemsOfMessage = named(
  'items-of-message',
  `with scanned as materialized (
     select ${itemColumns} from ${LIVE}.item
     where id between $13::uuid and $14::uuid and store_id = $1 and state = any($2::text[]) and (id = $12::uuid or parent_id = $12::uuid)
       and created_at >= $3::timestamptz and created_at <= $4::timestamptz
     limit $5::int
   ), matched as materialized (select * from scanned where ${matches})
   ${counted('created_at desc, id desc')}`,
);

/** $1 store, $2 levels, $3 rows searched, $4 offset, $5 limit, $6… filters. */
export const matchingNotifications = named(
  'matching-notifications',
  `with scanned as materialized (
     select x.* from unnest($2::text[]) l cross join lateral (
       select ${notificationColumns} from ${LIVE}.notification where store_id = $1 and level = l order by logged_on desc, id desc limit $3::int
     ) x order by x.logged_on desc, x.id desc limit $3::int
   ), matched as materialized (
     select * from scanned where ($6::text is null or reference_type = $6) and ($7::text is null or reference_id = $7)
       and ($8::text is null or reference_token = $8)
   )
   select (select count(*) from scanned) as scanned, (select count(*) from matched) as matched, page.*
   from (values (1)) one left join lateral (select * from matched order by logged_on desc, id desc offset $4::int limit $5::int) page on true
   order by logged_on desc, id desc`,
);

/** $1 store, $2 states, $3 rows looked at. */
export const available = named(
  'available',
  `select array_agg(distinct message order by message) as messages,
     array_agg(distinct consumer order by consumer) filter (where consumer is not null) as consumers
   from (
     select x.message, x.consumer from unnest($2::text[]) s cross join lateral (
       select message, consumer, created_at from ${LIVE}.item where store_id = $1 and state = s order by created_at desc, id desc limit $3::int
     ) x order by x.created_at desc limit $3::int
   ) newest`,
);

import { parseFilters, type ParsedFilter } from '../filter/filter.ts';
import { parseIdentifiers } from '../filter/identifiers.ts';
import type { JsonValue } from '../json/json-value.ts';
import { decideRouting } from '../routing/decide-routing.ts';
import { MAX_PASSES } from '../routing/loop-guard.ts';
import type { Mapping } from '../routing/mapping.ts';
import { matchMappings, type Candidate } from '../routing/match-mappings.ts';
import { foldMessage } from '../message/fold.ts';
import { explainLine, type Telling } from './explain-line.ts';
import { lineAt, outlineRouting } from './outline-routing.ts';
import type { RoutingLine } from './routing-line.ts';
import { summarizeRouting } from './summarize-routing.ts';

/** The type of the example. */
export const exampleType = 'order:new';
const type = exampleType;
const delivery = '6b01ed97a2b796d7f910562c';
const waiting = '6b01ed97bb71483dfd979a01';
const earlier = '6b01ed974084c7fb08e508f8';
const payload: JsonValue = {
  order: { number: 'R1001', status: 'complete', total: '49.90', line_items: [{ sku: 'APC-1' }, { sku: 'BOX' }] },
};

function filters(...definitions: readonly object[]): readonly ParsedFilter[] {
  const parsed = parseFilters(definitions, () => ({ error: 'There is no filter that matches.' }));
  if (!parsed.ok) throw new TypeError(JSON.stringify(parsed.problems));
  return parsed.filters;
}

function mapping(name: string, but: Partial<Mapping> = {}): Mapping {
  return {
    id: name,
    revision: 1,
    name,
    enabled: true,
    paused: false,
    url: 'https://erp.example/',
    token: undefined,
    endpoint: 1,
    messages: [type],
    filters: [],
    identifiers: undefined,
    parameters: [],
    options: {
      retriesAllowed: true,
      maxAttempts: 10,
      backoff: { baseMs: 1, factor: 1, capMs: 1 },
      timeoutMs: 1,
      success: '2xx',
      concurrency: 1,
    },
    ...but,
  };
}

function identifiedBy(definition: Readonly<Record<string, string>>): Mapping['identifiers'] {
  const parsed = parseIdentifiers(definition);
  return parsed.ok ? parsed.identifiers : undefined;
}

/** A store in which everything happens that a decision can find. */
function exampleStore(): {
  readonly mappings: readonly Mapping[];
  readonly passage: { readonly hops: number; readonly trail: readonly string[] };
} {
  const total = { path: 'payload.order.total', operator: 'gt', value: 100 };
  const looping = mapping('erp.sync');
  const mappings = [
    mapping('books.add_order'),
    mapping('warehouse.reserve', { paused: true }),
    mapping('vip.notify', { filters: filters(total) }),
    mapping('gifts.wrap', { filters: filters({ path: 'payload.order.line_items.*.sku', operator: 'begin', value: 'APC' }) }),
    mapping('returns.open', { filters: filters({ path: 'payload.order.state', operator: 'eq', value: 'complete' }) }),
    mapping('tax.report', { filters: filters({ ...total, path: 'payload.order.number' }) }),
    mapping('old.export', { enabled: false }),
    mapping('mail.confirm', { identifiers: identifiedBy({ number: 'payload.order.number' }) }),
    looping,
    mapping('stock.update', { messages: ['stock:change', 'stock:actual'] }),
  ];
  return { mappings, passage: { hops: MAX_PASSES, trail: Array.from({ length: MAX_PASSES }, () => looping.id) } };
}

const deliveryOf = ({ mapping: { paused } }: Candidate): string => (paused ? waiting : delivery);

/** What became of one message with every mapping of a store. */
export interface WhyExamples {
  readonly summary: string;
  readonly lines: readonly (readonly [RoutingLine, string])[];
}

export function whyExamples(): WhyExamples {
  const { mappings, passage } = exampleStore();
  const root = { message: type, payload };
  const subscribed = mappings.filter(({ messages }) => messages.includes(type));
  const facts = { store: '5f0000000000000000000001', root: delivery, message: type };
  const state = foldMessage([
    {
      stream: delivery,
      version: 1,
      at: 0,
      event: { type: 'message.received', ...facts, rootMessage: type, origin: 'push', hops: 0, bytes: 0 },
    },
    { stream: delivery, version: 2, at: 0, event: { type: 'message.validated', ...facts } },
  ]);
  const matched = matchMappings(root, subscribed, passage);
  const decision = decideRouting(state, {
    matched,
    revision: 7,
    deliveryOf,
    holderOf: (candidate) => (candidate.identifier === undefined ? deliveryOf(candidate) : earlier),
  });
  if (decision.kind !== 'decided') throw new TypeError('The example was not decided.');
  const outline = outlineRouting(decision.outcome, {
    mappings: new Map(mappings.map((each) => [each.id, each])),
    subscribed: new Map([[type, subscribed]]),
  });
  const telling: Telling = {
    tense: 'past',
    message: type,
    root,
    standing: (id) => (id === waiting ? 'pending, it waits while its mapping is paused' : 'completed'),
  };
  const lines = outline.places.map((place) => lineAt(outline, place, () => matched));
  return { summary: summarizeRouting(outline, 'past'), lines: lines.map((line) => [line, explainLine(line, telling)]) };
}

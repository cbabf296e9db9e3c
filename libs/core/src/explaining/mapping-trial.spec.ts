import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/json-value.ts';
import type { Mapping } from '../routing/mapping.ts';
import { matchMappings } from '../routing/match-mappings.ts';
import { filters, identifiers, mapping } from '../testing/builders.ts';
import { concludeTrial, type TriedMessage, type TrialConclusion } from './conclude-trial.ts';
import { MappingTrial, type TrialMessage } from './mapping-trial.ts';
import { trialHints } from './trial-hints.ts';

const type = 'order:new';
const sha256 = (text: string): string => text;
const message = (id: number, payload: JsonValue, of = type): TrialMessage => ({ id: String(id), type: of, root: { message: of, payload } });

interface Trial {
  readonly draft: MappingTrial;
  readonly saved: MappingTrial | undefined;
  readonly conclusion: TrialConclusion;
}

function tryOut(draft: Mapping, messages: readonly TrialMessage[], saved?: Mapping): Trial {
  const trials = {
    draft: new MappingTrial(draft, new Set(draft.messages), sha256),
    saved: saved && new MappingTrial(saved, new Set(saved.messages), sha256),
  };
  const tried = messages.map((each): TriedMessage => ({
    message: { id: each.id, type: each.type },
    draft: trials.draft.judge(each),
    saved: trials.saved?.judge(each),
  }));
  return { ...trials, conclusion: concludeTrial(trials.draft, trials.saved, tried) };
}

const hintsOf = ({ draft, conclusion }: Trial): readonly string[] => trialHints(draft, conclusion);
const filtered = (...definitions: readonly object[]): Mapping => mapping('a', { filters: filters(definitions) });

describe('a mapping on trial', () => {
  it('has a line for every message, and counts what each filter did', () => {
    const draft = filtered({ path: 'payload.n', operator: 'gt', value: 5 }, { path: 'payload.country', operator: 'eq', value: 'US' });
    const trial = tryOut(draft, [
      message(1, { n: 9, country: 'US' }),
      message(2, { n: 9, country: 'DE' }),
      message(3, { n: 'many' }),
      message(4, {}),
      message(5, {}, 'stock:change'),
    ]);
    expect(trial.conclusion).toMatchObject({ sent: 1, passing: 1, savedSent: undefined, newly: 0, noLonger: 0, duplicates: 0 });
    expect(trial.conclusion.lines.map(({ id, sent, code, change, explanation }) => [id, sent, code, change, explanation])).toEqual([
      ['1', true, 'sent', undefined, 'Would be sent.'],
      ['2', false, 'filter_failed', undefined, 'Filter 2 did not pass: payload.country is "DE"; it must be "US".'],
      [
        '3',
        false,
        'error',
        undefined,
        'Filter 1 could not be decided: payload.n is "many", which is not a number; it must be greater than 5.',
      ],
      [
        '4',
        false,
        'path_missing',
        undefined,
        'Filter 1 did not pass: payload.n finds nothing; it must be greater than 5. payload is empty.',
      ],
      ['5', false, 'type_not_subscribed', undefined, 'The mapping does not want this type.'],
    ]);
    expect(trial.draft.tested).toBe(4);
    expect(trial.draft.filters.map(({ passed, failed, missing, undecided }) => [passed, failed, missing, undecided])).toEqual([
      [2, 0, 1, 1],
      [1, 1, 2, 0],
    ]);
  });

  it('is compared with the version that is saved', () => {
    const saved = filtered({ path: 'payload.n', operator: 'gt', value: 5 });
    const draft = filtered({ path: 'payload.n', operator: 'lt', value: 8 });
    const { conclusion } = tryOut(
      draft,
      [3, 6, 9].map((n) => message(n, { n })),
      saved,
    );
    expect(conclusion).toMatchObject({ sent: 2, savedSent: 2, newly: 1, noLonger: 1 });
    expect(conclusion.lines.map(({ id, change }) => [id, change])).toEqual([
      ['3', 'newly'],
      ['6', undefined],
      ['9', 'no_longer'],
    ]);
  });

  it('is compared with a version that gets nothing while it is disabled', () => {
    const saved = mapping('a', { enabled: false });
    const { conclusion } = tryOut({ ...saved, enabled: true }, [message(1, {})], saved);
    expect(conclusion).toMatchObject({ sent: 1, savedSent: 0, newly: 1, noLonger: 0 });
  });

  it('gets the first of several messages with the same identifiers', () => {
    const draft = mapping('a', { identifiers: identifiers({ number: 'payload.number' }) });
    const { conclusion } = tryOut(
      draft,
      ['A', 'B', 'A', null, null].map((number, n) => message(n, { number })),
    );
    expect(conclusion).toMatchObject({ sent: 4, duplicates: 1 });
    expect(conclusion.lines[2]).toEqual({
      id: '2',
      type,
      sent: false,
      code: 'duplicate_identifier',
      change: undefined,
      explanation: 'Not sent again: message 0 of this test has the same identifiers (number "A").',
    });
  });

  it('says what a disabled mapping would get', () => {
    const draft = mapping('a', { enabled: false, filters: filters([{ path: 'payload.n', operator: 'present' }]) });
    const { conclusion } = tryOut(draft, [message(1, { n: 1 }), message(2, { n: null })], { ...draft, enabled: true });
    expect(conclusion).toMatchObject({ sent: 0, passing: 1, savedSent: 1, newly: 0, noLonger: 1 });
    expect(conclusion.lines.map(({ code, explanation }) => [code, explanation])).toEqual([
      ['mapping_disabled', 'The mapping is disabled. Enabled, it would get the message.'],
      ['mapping_disabled', 'The mapping is disabled. Filter 1 did not pass: payload.n is null; it must not be empty.'],
    ]);
  });

  const someFilters = fc.subarray([
    { path: 'payload.n', operator: 'gt', value: 5 },
    { path: 'payload.list.*', operator: 'eq', value: 'a', match_rule: 'any' },
    { path: 'payload.missing', operator: 'neq', value: 'x' },
    { path: 'payload.list.*', operator: 'present' },
  ]);
  const someMapping = fc
    .record({
      enabled: fc.boolean(),
      definitions: someFilters,
      identified: fc.boolean(),
      messages: fc.constantFrom([type], [type, 'a:b'], []),
    })
    .map(({ enabled, definitions, identified, messages }) =>
      mapping('a', {
        enabled,
        messages,
        filters: filters(definitions),
        identifiers: identified ? identifiers({ n: 'payload.n' }) : undefined,
      }),
    );
  const somePayload = fc.record({
    n: fc.constantFrom<JsonValue>(1, 9, 'x', null),
    list: fc.constantFrom<JsonValue>([], ['a'], ['b', null]),
  });
  const someMessages = fc.array(fc.tuple(somePayload, fc.constantFrom(type, 'a:b')), { maxLength: 20 });

  it('judges as the router does, and its numbers add up', () => {
    fc.assert(
      fc.property(someMapping, someMapping, someMessages, (draft, saved, given) => {
        const messages = given.map(([payload, of], n) => message(n, payload, of));
        const { conclusion, draft: trial } = tryOut(draft, messages, saved);
        expect(conclusion.lines.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
        expect(conclusion.lines.filter(({ sent }) => sent)).toHaveLength(conclusion.sent);
        expect(conclusion.newly - conclusion.noLonger).toBe(conclusion.sent - (conclusion.savedSent ?? 0));
        for (const [index, line] of conclusion.lines.entries()) {
          const each = messages[index];
          if (each === undefined || line.code === 'duplicate_identifier') continue;
          const wanted = draft.messages.includes(each.type) ? [draft] : [];
          const { candidates, reasons } = matchMappings(each.root, wanted);
          const expected =
            candidates.length > 0 ? 'sent' : (reasons[0]?.code ?? (draft.enabled ? 'type_not_subscribed' : 'mapping_disabled'));
          expect(line.code).toBe(expected);
          expect(line.explanation).toMatch(/^[A-Z].*[.?]$/);
        }
        for (const tally of trial.filters) {
          const nothingFound = tally.passed + tally.failed + tally.undecided;
          expect(nothingFound).toBeLessThanOrEqual(trial.tested);
          expect(nothingFound + tally.missing).toBeGreaterThanOrEqual(trial.tested);
        }
      }),
    );
  });
});

describe('hints', () => {
  const three = (values: readonly JsonValue[]): readonly TrialMessage[] =>
    values.map((value, n) => message(n, { order: { status: value } }));
  const status = { path: 'payload.order.status', operator: 'eq', value: 'complete' };

  it.each<readonly [what: string, definition: object, values: readonly JsonValue[], hint: string]>([
    [
      'a path that finds nothing',
      { ...status, path: 'payload.order.state' },
      ['complete', 'complete'],
      'Filter 1 never passes: payload.order.state finds nothing in any of the 2 messages. payload.order has "status": payload.order.status perhaps?',
    ],
    [
      'an operator that passes where nothing is found',
      { path: 'payload.order.channel', operator: 'neq', value: 'web' },
      ['complete'],
      'Filter 1 keeps nothing away: neq passes where nothing is found, and payload.order.channel finds nothing in the message. payload.order has only status.',
    ],
    [
      'texts that are compared as numbers',
      { ...status, operator: 'gt', value: 5 },
      ['ROR-0001', 7, 'ROR-0002'],
      'Filter 1 compares with gt, which needs a number; in 2 of 3 messages payload.order.status finds something else such as "ROR-0001". Use eq, begin or match.',
    ],
    [
      'values of another case',
      status,
      ['Complete', 'cart', 'Complete'],
      'Filter 1 never passes: payload.order.status finds "Complete" 2 times and "cart"; it must be "complete". eq minds case and blanks: "Complete" is not "complete".',
    ],
    [
      'numbers that are written otherwise',
      { ...status, value: '10.0' },
      [10],
      'Filter 1 never passes: payload.order.status finds 10; it must be "10.0". eq compares text: 10 is not "10.0".',
    ],
  ])('point out %s', (_what, definition, values, hint) => {
    expect(hintsOf(tryOut(filtered(definition), three(values)))).toEqual([hint]);
  });

  it('are silent about what works', () => {
    expect(hintsOf(tryOut(filtered(status), three(['complete', 'cart'])))).toEqual([]);
    const sometimes = [message(1, { order: { status: 'complete' } }), message(2, { order: {} })];
    expect(hintsOf(tryOut(filtered(status), sometimes))).toEqual([]);
    const identified = mapping('a', { identifiers: identifiers({ status: 'payload.order.status' }) });
    expect(hintsOf(tryOut(identified, three(['a', 'b', 'c', 'a'])))).toEqual([]);
  });

  it('say where there was nothing to test', () => {
    expect(hintsOf(tryOut(mapping('a', { messages: [] }), []))).toEqual(['The mapping wants no messages: name types in `messages`.']);
    expect(hintsOf(tryOut(mapping('a'), [message(1, {}, 'a:b')]))).toEqual(['None of the messages is of a type that the mapping wants.']);
  });

  it('doubt identifiers that tell nothing apart', () => {
    const draft = mapping('a', { identifiers: identifiers({ status: 'payload.order.status' }) });
    expect(hintsOf(tryOut(draft, three(['cart', 'cart', 'cart'])))).toEqual([
      '2 of the 3 messages that pass have the identifiers of an earlier one: do they tell messages apart?',
    ]);
  });
});

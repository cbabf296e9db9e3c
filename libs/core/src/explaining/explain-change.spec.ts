import { expect, it } from 'vitest';
import { explainAbsence, explainChange, type ChangedSince } from './explain-change.ts';

it.each<readonly [since: ChangedSince, sentence: string]>([
  [{ change: 'changed', revision: 9, name: 'a.a' }, 'The mapping was changed since, at revision 9: this is what it said then.'],
  [
    { change: 'renamed', revision: 9, name: 'b.b' },
    'The mapping was changed since, at revision 9, and is called b.b now: this is what it said then.',
  ],
  [{ change: 'deleted', revision: 9, name: null }, 'The mapping was deleted since, at revision 9.'],
  [{ change: 'deleted', revision: null, name: null }, 'The mapping was deleted since.'],
])('tells of %j', (since, sentence) => {
  expect(explainChange(since)).toBe(sentence);
});

it.each([
  [
    5,
    undefined,
    'mapping_not_made_yet',
    'The mapping was made after this message was routed: at revision 5, and the message was routed at revision 3.',
  ],
  [
    5,
    8,
    'mapping_not_made_yet',
    'The mapping was made after this message was routed: at revision 5, and the message was routed at revision 3. It was deleted at revision 8.',
  ],
  [
    1,
    2,
    'mapping_deleted_before',
    'The mapping was deleted before this message was routed: at revision 2, and the message was routed at revision 3.',
  ],
  [
    1,
    3,
    'mapping_deleted_before',
    'The mapping was deleted before this message was routed: at revision 3, and the message was routed at revision 3.',
  ],
] as const)('tells of a mapping that was made at revision %s and deleted at %s', (made, removed, code, explanation) => {
  expect(explainAbsence({ id: '', name: '', made, removed }, 3)).toEqual({ code, explanation });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginning, givenNotification, notificationId, raised, repeated, streamed, withRepeats } from '../testing/builders.ts';
import type { NotificationEvent } from './events.ts';
import { evolveNotification, unknownNotification, type NotificationState } from './notification.ts';

const fold = (stream: ReturnType<typeof streamed<NotificationEvent>>): NotificationState =>
  stream.reduce(evolveNotification, unknownNotification);
const stories = fc
  .nat(8)
  .map((times) => streamed<NotificationEvent>(notificationId, [raised(), ...Array.from({ length: times }, () => repeated())]));

//                                   .raised   .repeated
it.each<[string, NotificationState, readonly string[]]>([
  ['unknown', unknownNotification, ['raised', 'throws']],
  ['raised', givenNotification(raised()), ['throws', 'raised']],
])('the status of a notification that is %s, after each event', (_status, state, expected) => {
  const events: { readonly [T in NotificationEvent['type']]: NotificationEvent } = {
    'notification.raised': raised(),
    'notification.repeated': repeated(),
  };
  const after = Object.values(events).map((event) => {
    try {
      return evolveNotification(state, { stream: notificationId, version: state.version + 1, at: beginning, event }).status;
    } catch (error) {
      return error instanceof TypeError ? 'throws' : 'dies';
    }
  });
  expect(after).toEqual(expected);
});

it('is what was raised, as often as its version says, seen last when it was repeated last', () => {
  fc.assert(
    fc.property(stories, (story) => {
      expect(fold(story)).toEqual({
        status: 'raised',
        version: story.length,
        id: notificationId,
        raised: raised(),
        loggedOn: beginning,
        lastUpdate: beginning + (story.length - 1) * 1000,
      });
    }),
  );
});

describe('the law of evolving', () => {
  it('repeats of what was applied change nothing, wherever they come', () => {
    fc.assert(
      fc.property(stories, fc.array(fc.nat()), (story, picks) => {
        expect(fold(withRepeats(story, picks))).toEqual(fold(story));
      }),
    );
  });

  it('an event that leaves a gap throws', () => {
    const [first, , third] = streamed<NotificationEvent>(notificationId, [raised(), repeated(), repeated()]);
    expect(() => fold([first, third].filter((event) => event !== undefined))).toThrow(
      `Stream ${notificationId}: event 3 does not follow 1.`,
    );
  });
});

it('says which stream begins with what cannot be a beginning, and which begins twice', () => {
  expect(() => givenNotification(repeated())).toThrow(
    new TypeError(`notification.repeated cannot be the first event of notification ${notificationId}.`),
  );
  expect(() => givenNotification(raised(), raised())).toThrow(
    new TypeError(`notification.raised can only be the first event of notification ${notificationId}.`),
  );
});

import { describe, expect, it } from 'vitest';
import { deliveryId, entry, messageId, raised, repeated, storeId } from '../testing/builders.ts';
import { decideNotification, notificationKey, type NotificationDecision, type Occurrence } from './decide-notification.ts';

const pushed = '6b00000000000000000000aa';
const occurrence = (but: Partial<Occurrence> = {}): Occurrence => ({
  store: storeId,
  root: messageId,
  about: deliveryId,
  origin: 'erp.orders',
  entry: entry(),
  rootMessage: 'order:new',
  isMessage: false,
  ...but,
});

describe('decideNotification', () => {
  const asMessage = { isMessage: true, origin: 'shop' };
  const lineage = { rootMessage: 'notification:error' };

  it.each<[string, number, Partial<Occurrence>, NotificationDecision]>([
    ['the first is raised and pushed', 0, {}, { event: raised({ pushed }), push: true }],
    ['the second is counted', 1, {}, { event: repeated(), push: false }],
    ['the hundredth is counted', 99, {}, { event: repeated(), push: false }],
    ['one that came as a message is raised, and not pushed again', 0, asMessage, { event: raised({ origin: 'shop' }), push: false }],
    ['one that came as a message again is counted', 1, asMessage, { event: repeated(), push: false }],
    ['one of a notification’s lineage is raised, and never pushed', 0, lineage, { event: raised(), push: false }],
    ['one of a notification’s lineage again is counted', 1, lineage, { event: repeated(), push: false }],
    [
      'one of a lineage whose type merely resembles is pushed',
      0,
      { rootMessage: 'notifications:sent' },
      { event: raised({ pushed }), push: true },
    ],
  ])('%s', (_what, version, but, decision) => {
    expect(decideNotification(version, occurrence(but), pushed)).toEqual(decision);
  });

  it('keeps everything that was said', () => {
    const said = entry({ level: 'error', referenceType: 'order', referenceId: 'R1', referenceToken: 't', attributes: { a: 1 } });
    expect(decideNotification(0, occurrence({ entry: said }), pushed).event).toEqual(raised({ ...said, pushed }));
  });
});

describe('notificationKey', () => {
  const key = (but: Partial<Occurrence>): string => notificationKey(occurrence(but));

  it('is what it always was: stored ids depend on it', () => {
    expect(key({})).toBe('["6b0000000000000000000002","erp.orders","warn","Out of stock","APC-00001 is out of stock."]');
  });

  it.each<[string, Partial<Occurrence>]>([
    ['another message or delivery', { about: '6b0000000000000000000009' }],
    ['another origin', { origin: 'crm.orders' }],
    ['another level', { entry: entry({ level: 'error' }) }],
    ['another subject', { entry: entry({ subject: 'Out of stock!' }) }],
    ['another description', { entry: entry({ description: '' }) }],
    ['a text that moved from one to the other', { entry: entry({ subject: 'Out of', description: ' stockAPC-00001 is out of stock.' }) }],
    ['a text that looks like two', { entry: entry({ subject: 'Out of stock","APC-00001 is out of stock.', description: '' }) }],
  ])('%s makes another notification', (_what, but) => {
    expect(key(but)).not.toBe(key({}));
  });

  it.each<[string, Partial<Occurrence>]>([
    ['the references', { entry: entry({ referenceType: 'order', referenceId: 'R1', referenceToken: 't' }) }],
    ['the attributes', { entry: entry({ attributes: { a: 1 } }) }],
    ['the lineage', { root: '6b0000000000000000000009', rootMessage: 'stock:change' }],
  ])('%s do not make another', (_what, but) => {
    expect(key(but)).toBe(key({}));
  });
});

import { chapters, openParty, Session, type OpenChapter, type OpenParty } from '@crossdock/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scenario } from '../scenario.ts';

const patience = { answer: 30_000, eventually: 30_000, total: 600_000 };

/** The table that `npm run conformance` tries on any hub. Here nothing may be skipped but what no request can show. */
export const protocolScenario: Scenario = (system) => {
  describe('the protocol', () => {
    let party: OpenParty;
    let session: Session;
    beforeAll(async () => {
      const opened = await openParty(
        {
          url: system().api,
          adminToken: system().adminToken,
          token: undefined,
          store: undefined,
          endpointHost: '127.0.0.1',
          maxBodyBytes: 1_048_576,
          storeInUse: false,
        },
        new Set(['admin', 'endpoint']),
      );
      if (opened.kind === 'obstacle') throw new Error(`${opened.what} ${opened.next}`);
      party = opened;
      session = new Session(party, patience);
    });
    afterAll(async () => {
      await party.close();
      expect(session.left).toEqual([]);
    });

    describe.each(chapters.map((chapter) => [chapter.title, chapter] as const))('%s', (_title, chapter) => {
      let open: OpenChapter;
      beforeAll(async () => {
        open = await session.begin(chapter);
      });
      afterAll(() => open.close());

      const cases = chapter.cases.filter(({ elsewhere }) => elsewhere === undefined).map((one) => [one.name, one] as const);
      it.each(cases)('%s', async (_name, one) => {
        const { notOffered: reason } = one;
        expect(await open.run(one)).toEqual(reason === undefined ? { kind: 'passed' } : { kind: 'not offered', reason });
      });
    });
  });
};

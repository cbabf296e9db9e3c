import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { headerNames } from '../envelope/record-headers.ts';
import { carriesPayload, consumers, kafkaGroupId, topicOf, topics, topicSettings } from '../topics.ts';

const page = readFileSync(new URL('../../../../docs/topics.md', import.meta.url), 'utf8');
const golden = readFileSync(new URL('../envelope/golden/message.received.txt', import.meta.url), 'utf8');
const coded = (text: string): string => `\`${text}\``;

describe('docs/topics.md', () => {
  it('shows a record as it stands on the wire', () => {
    expect(page).toContain(`\`\`\`\n${golden}\`\`\``);
  });

  it('has a row for every topic, with its events, and for no other', () => {
    const rows = [...page.matchAll(/^\| `(crossdock\.[a-z.]+)` \| (.*?) \|/gm)].map(([, topic, events]) => [topic, events]);
    const typesOn = (topic: string): readonly string[] =>
      Object.entries(topicOf).flatMap(([type, on]) => (on === topic ? [coded(type)] : []));
    expect(rows).toEqual(Object.values(topics).map((topic) => [topic, typesOn(topic).join(', ')]));
  });

  it('explains every header', () => {
    const explained = [...page.matchAll(/^\| ((?:`[\w-]+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    );
    expect(new Set(explained)).toEqual(new Set([...headerNames, 'ce_payloadoffset', 'ce_payloadomitted']));
  });

  it('names the topics that need no other, the groups that are taken, and the limits', () => {
    const selfContained = Object.values(topics).filter((topic) =>
      Object.entries(topicOf).every(([type, on]) => on !== topic || [...carriesPayload].some((carrier) => carrier === type)),
    );
    expect(page).toContain(`${selfContained.map(coded).join(' and ')} are self-contained`);
    for (const [group, read] of Object.entries(consumers))
      for (const topic of read) expect(page).toContain(coded(kafkaGroupId(group, topic)));
    for (const { retentionMs, maxMessageBytes } of Object.values(topicSettings)) {
      expect(page).toContain(`records stay for ${retentionMs / 86_400_000} days`);
      expect(page).toContain(`a batch may have ${maxMessageBytes / 2 ** 20} MiB`);
    }
  });
});

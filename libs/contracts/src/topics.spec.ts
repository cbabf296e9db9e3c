import { describe, expect, it } from 'vitest';
import { consumers, kafkaGroupId, topicOf, topics, topicSettings } from './topics.ts';

describe('topics', () => {
  it('are each the place of some event, and each made with settings', () => {
    expect([...new Set(Object.values(topicOf))].sort()).toEqual(Object.values(topics).sort());
    expect(Object.keys(topicSettings).sort()).toEqual(Object.values(topics).sort());
  });

  it('have names that Kafka takes and metrics do not mix up', () => {
    for (const topic of Object.values(topics)) expect(topic).toMatch(/^crossdock(\.[a-z]+){1,2}$/);
  });
});

describe('a consumer group', () => {
  it('has one name in Kafka for each topic that it reads', () => {
    const ids = Object.entries(consumers).flatMap(([group, read]) => read.map((topic) => kafkaGroupId(group, topic)));
    expect(ids).toEqual([
      'crossdock.validator',
      'crossdock.router',
      'crossdock.delivery',
      'crossdock.notifications.messages.outcomes',
      'crossdock.notifications.deliveries.outcomes',
    ]);
  });

  it('that is not one of ours is named after its topic', () => {
    expect(kafkaGroupId('reports', topics.accepted)).toBe('crossdock.reports.deliveries.accepted');
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { Parser, type MessagesInterface } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { headerNames, recordTypeOf } from '../envelope/record-headers.ts';
import { consumers, kafkaGroupId, topicOf, topics, topicSettings } from '../topics.ts';
import { renderAsyncApi } from './render-async-api.ts';

const file = new URL('../../../../asyncapi.yaml', import.meta.url);
/** What a new log and a new cluster have unless configured otherwise. */
const installation = { partitions: 2, replicas: 1 };
const note = ` The topics of Crossdock, made from the code: UPDATE_DOCS=1 npx vitest run --project unit libs/contracts/
 Partitions and replicas are those of an installation that configures nothing: CROSSDOCK_SHARDS, CROSSDOCK_KAFKA_REPLICATION.`;

/** Texts that older readers of YAML would take for dates or numbers are quoted. */
const writing = { lineWidth: 140, aliasDuplicateObjects: false, blockQuote: 'literal', singleQuote: true, compat: 'yaml-1.1' } as const;
const written = (): string => `${note.replaceAll(/^/gm, '#')}\n${stringify(renderAsyncApi(installation), writing)}`;

beforeAll(() => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, written());
});

/** The parser takes seconds. */
let parsing: ReturnType<Parser['parse']> | undefined;
async function parsed() {
  parsing ??= new Parser().parse(readFileSync(file, 'utf8'));
  const { document, diagnostics } = await parsing;
  if (document === undefined) throw new TypeError(JSON.stringify(diagnostics.slice(0, 5)));
  return { document, diagnostics };
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);
const sortedNames = (messages: MessagesInterface): readonly string[] =>
  messages
    .all()
    .map((message) => message.name() ?? '')
    .toSorted(byText);

describe('asyncapi.yaml', () => {
  it('is what the code says (UPDATE_DOCS=1 writes it)', () => {
    expect(readFileSync(file, 'utf8')).toBe(written());
    expect(parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(renderAsyncApi(installation))));
  });

  it('has nothing that the AsyncAPI parser would complain about', async () => {
    const { diagnostics } = await parsed();
    // 3.0 on purpose: more tools read it, and 3.1 adds nothing that is said here.
    const complaints = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
    expect(complaints.map(({ code, message, path }) => `${code} at ${path.join('.')}: ${message}`)).toEqual([]);
  });

  it('has a channel for every topic of the code, with its settings and its events, and no other', async () => {
    const { document } = await parsed();
    const channels = document.channels().all();
    const found = channels.map((channel) => ({
      topic: channel.address(),
      bindings: channel.bindings().get('kafka')?.value<object>(),
      messages: sortedNames(channel.messages()),
    }));
    const wanted = Object.values(topics).map((topic) => {
      const { cleanupPolicy, retentionMs, maxMessageBytes } = topicSettings[topic];
      return {
        topic,
        bindings: {
          topic,
          ...installation,
          topicConfiguration: { 'cleanup.policy': [cleanupPolicy], 'retention.ms': retentionMs, 'max.message.bytes': maxMessageBytes },
        },
        messages: Object.entries(topicOf)
          .flatMap(([type, on]) => (on === topic ? [`crossdock.${type}.v1`] : []))
          .toSorted(byText),
      };
    });
    expect(found).toEqual(wanted);
  });

  it('has the relay as the sender to every topic, and every consumer group of the code as a receiver', async () => {
    const { document } = await parsed();
    const operations = document
      .operations()
      .all()
      .map((operation) => ({
        action: operation.action(),
        topics: operation
          .channels()
          .all()
          .map((channel) => channel.address()),
        group: operation.bindings().get('kafka')?.value<{ groupId: { const: string } }>().groupId.const,
      }));
    const sends = Object.values(topics).map((topic) => ({ action: 'send', topics: [topic], group: undefined }));
    const receives = Object.entries(consumers).flatMap(([group, read]) =>
      read.map((topic) => ({ action: 'receive', topics: [topic], group: kafkaGroupId(group, topic) })),
    );
    expect(operations).toEqual([...sends, ...receives]);
  });

  it('has examples that its own schemas accept, headers and value', async () => {
    const { document } = await parsed();
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const { components } = document.json<{ components: object }>();
    const messages = document.components().messages().all();
    expect(sortedNames(document.components().messages())).toEqual(Object.values(recordTypeOf).toSorted(byText));
    for (const message of messages) {
      const { headers, payload } = message.json<{ headers: object; payload: object }>();
      const areHeaders = ajv.compile({ ...headers, components });
      const isPayload = ajv.compile({ ...payload, components });
      const [example, ...others] = message.examples().all();
      const given = example?.headers() ?? {};
      expect([areHeaders(given), isPayload(example?.payload()), others], message.name()).toEqual([true, true, []]);
      for (const name of headerNames) {
        const { [name]: _left, ...rest } = given;
        expect(areHeaders(rest), `${message.name()} without ${name}`).toBe(false);
      }
    }
  });

  it('says how many partitions and replicas an installation has', () => {
    const document = renderAsyncApi({ partitions: 6, replicas: 3 });
    expect(document).toHaveProperty('channels.received.bindings.kafka', expect.objectContaining({ partitions: 6, replicas: 3 }));
  });
});

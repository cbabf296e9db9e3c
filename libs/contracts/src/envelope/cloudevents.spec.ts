import { CloudEvent, Kafka, type KafkaMessage } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { encodeRecord, type EncodedRecord } from './record-codec.ts';
import { recordTypeOf } from './record-headers.ts';
import { sampleRecords } from './sample-records.ts';

/** What the CloudEvents SDK reads from the headers and the value, judged as strictly as it can. */
function readBySdk(encoded: EncodedRecord) {
  const message: KafkaMessage = { ...encoded, body: encoded.value };
  const event = Kafka.toEvent(message);
  if (Array.isArray(event)) throw new TypeError('A batch was read.');
  return new CloudEvent(event, true);
}

describe.each(Object.entries(sampleRecords))('a record of %s', (_type, record) => {
  const encoded = encodeRecord(record, { maxValueBytes: 1 << 20 });
  const { stream, version, at, event, payload } = record;

  it('is the CloudEvent that it is meant to be', () => {
    expect(readBySdk(encoded).toJSON()).toEqual({
      specversion: '1.0',
      id: `${stream}.${version}`,
      source: `/crossdock/stores/${event.store}`,
      type: recordTypeOf[event.type],
      time: new Date(at).toISOString(),
      subject: stream,
      datacontenttype: 'application/json',
      dataschema: undefined,
      partitionkey: event.root,
      storeid: event.store,
      rootid: event.root,
      ...(payload === undefined ? {} : { payloadoffset: encoded.headers['ce_payloadoffset'] }),
      data: JSON.parse(Buffer.from(encoded.value).toString()) as unknown,
    });
  });

  it('has the headers that the SDK would give it, and its place', () => {
    const message = Kafka.binary(readBySdk(encoded));
    // The SDK sends the content type twice; the specification has no such attribute header.
    const { ce_datacontenttype: _twice, ...headers } = Object.fromEntries(
      Object.entries(message.headers).filter(([, value]) => value !== undefined),
    );
    const { pos, prev, epoch } = encoded.headers;
    expect({ ...headers, pos, prev, epoch }).toEqual(encoded.headers);
    expect(message.key).toBe(encoded.key);
  });

  it('has attributes named as CloudEvents wants them', () => {
    for (const name of Object.keys(encoded.headers)) expect(name).toMatch(/^(?:content-type|pos|prev|epoch|ce_[a-z0-9]{1,20})$/);
  });
});

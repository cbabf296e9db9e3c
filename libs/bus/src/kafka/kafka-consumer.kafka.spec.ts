import { logConsumerContract } from '@crossdock/core/testing';
import { afterAll, beforeAll, inject } from 'vitest';
import { PgWorlds } from '../../../../tools/testing/pg-world.ts';
import { describeWithKafka } from '../../../../tools/testing/with-kafka.ts';
import { KafkaWorlds } from '../testing/kafka-world.ts';

describeWithKafka('on a real broker', () => {
  const kafka = new KafkaWorlds(inject('kafkaBrokers'));
  let worlds: PgWorlds;
  beforeAll(async () => {
    worlds = await PgWorlds.prepare();
  });
  afterAll(() => worlds.drop());

  logConsumerContract(
    'Kafka, with Postgres',
    async () => await kafka.open(await worlds.open()),
    (process) => kafka.consumerOf(process),
    'shared',
  );
});

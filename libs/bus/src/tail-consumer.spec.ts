import { logConsumerContract, openMemoryWorld } from '@crossdock/core/testing';
import { consumerOf } from './testing/consumer-of.ts';

logConsumerContract('the tail, in memory', () => openMemoryWorld(), consumerOf);

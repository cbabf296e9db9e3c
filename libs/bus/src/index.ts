export { BatchRunner, type BatchEnd, type BatchRunnerParts } from './batch-runner.ts';
export { LogStrategy } from './log-strategy.ts';
export { ParkedRetry, type ParkedRetryParts } from './parked-retry.ts';
export { TailConsumer, type TailConsumerParts } from './tail-consumer.ts';
export { kafkaConsumerDefaults, type ConsumerSettings } from './kafka/consumer-settings.ts';
export { ensureTopics, type EnsureTopicsOptions, type TopicSettings } from './kafka/ensure-topics.ts';
export { KafkaClient, kafkaDefaults, type KafkaSasl, type KafkaSettings, type KafkaTls } from './kafka/kafka-client.ts';
export { KafkaConsumer, type KafkaConsumerParts } from './kafka/kafka-consumer.ts';
export { KafkaPublisher, type KafkaPublisherParts } from './kafka/kafka-publisher.ts';

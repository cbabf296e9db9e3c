export { BatchRunner, type BatchEnd, type BatchRunnerParts } from './batch-runner.ts';
export { LogStrategy } from './log-strategy.ts';
export { ParkedRetry, type ParkedRetryParts } from './parked-retry.ts';
export { TailConsumer, type TailConsumerParts } from './tail-consumer.ts';

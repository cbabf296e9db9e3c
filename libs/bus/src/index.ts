export { BatchRunner, isWeather, type BatchEnd, type BatchRunnerParts } from './batch-runner.ts';
export { LogStrategy, type BatchExtras } from './log-strategy.ts';
export { TailConsumer, type TailConsumerParts } from './tail-consumer.ts';

export { consumers, topicOf, topics, type Topic } from './topics.ts';

export {
  startEmbedded,
  startOnDatabase,
  type Embedded,
  type EmbeddedOptions,
  type Hub,
  type HubOptions,
  type HubStep,
} from './start-embedded.ts';
export { services } from './services.ts';

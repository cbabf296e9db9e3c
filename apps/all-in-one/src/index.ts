export { startEmbedded, type Embedded, type EmbeddedOptions, type EmbeddedStep } from './start-embedded.ts';
export { services } from './services.ts';

export { ingestApi } from './service.ts';

export { delivery } from './service.ts';

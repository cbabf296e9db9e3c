export { validator } from './service.ts';

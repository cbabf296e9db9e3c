export { HubError, codeOf, messageOf } from './errors.ts';

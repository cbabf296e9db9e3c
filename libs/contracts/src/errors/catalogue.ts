import { answerErrors, parkErrors } from './attempt-errors.ts';
import type { ErrorEntry } from './error-entry.ts';
import { logErrors } from './log-errors.ts';
import { messageErrors, payloadErrors } from './message-errors.ts';
import { bodyErrors, capacityErrors, credentialErrors, routeErrors } from './request-errors.ts';
import { notFoundErrors, verbErrors } from './resource-errors.ts';
import { schemaErrors } from './schema-errors.ts';
import { filterErrors, integrationErrors, mappingErrors, storeErrors } from './setup-errors.ts';
import { startErrors } from './start-errors.ts';

const all = {
  ...bodyErrors,
  ...credentialErrors,
  ...capacityErrors,
  ...routeErrors,
  ...messageErrors,
  ...payloadErrors,
  ...notFoundErrors,
  ...verbErrors,
  ...mappingErrors,
  ...filterErrors,
  ...storeErrors,
  ...schemaErrors,
  ...integrationErrors,
  ...answerErrors,
  ...parkErrors,
  ...logErrors,
  ...startErrors,
};

/** Every code that an answer, an attempt, a log line or a start-up can carry. */
export type ErrorCode = keyof typeof all;

/** What each code means and what to do about it: the one place where these texts are written. */
export const catalogue: Readonly<Record<ErrorCode, ErrorEntry>> = all;

/** Whether a code from elsewhere, such as a stored event or a thrown error, is in the catalogue. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

/** The catalogue by subject, in the order of the documentation. */
export const catalogueGroups: readonly { readonly title: string; readonly entries: Readonly<Record<string, ErrorEntry>> }[] = [
  { title: 'Requests', entries: bodyErrors },
  { title: 'Credentials', entries: credentialErrors },
  { title: 'Capacity', entries: capacityErrors },
  { title: 'Addresses and queries', entries: routeErrors },
  { title: 'Messages', entries: messageErrors },
  { title: 'Payloads', entries: payloadErrors },
  { title: 'Things that are not there', entries: notFoundErrors },
  { title: 'Verbs and states', entries: verbErrors },
  { title: 'Mappings', entries: mappingErrors },
  { title: 'Filters and identifiers', entries: filterErrors },
  { title: 'Stores, parameters, schedules', entries: storeErrors },
  { title: 'Schemas', entries: schemaErrors },
  { title: 'Integrations', entries: integrationErrors },
  { title: 'Failed attempts', entries: answerErrors },
  { title: 'Parked deliveries', entries: parkErrors },
  { title: 'Log and broker', entries: logErrors },
  { title: 'Starting and running', entries: startErrors },
];

import { entries, withStatus, type ErrorEntry } from './error-entry.ts';

const notFound = (thing: string, why: string, hint: string): ErrorEntry => withStatus(404)(`There is no such ${thing}`, why, hint);
const conflict = withStatus(409);

const ofThisStore = 'No such id belongs to this store; ids of other stores look the same as unknown ones.';

export const notFoundErrors = entries({
  store_not_found: {
    ...notFound(
      'store',
      'The id in the path belongs to no store.',
      'Compare the id with the one the store was set up with: 24 hexadecimal digits.',
    ),
    legacy: 'Store not found.',
  },
  message_not_found: notFound('message', ofThisStore, 'Compare the id with the message_id of the push’s answer: 24 hexadecimal digits.'),
  delivery_not_found: notFound('delivery', ofThisStore, 'Read the ids of a message’s deliveries from its `children`.'),
  mapping_not_found: notFound('mapping', ofThisStore, 'List the mappings with GET /api/stores/:store_id/mappings.'),
  parameter_not_found: notFound('parameter', ofThisStore, 'List the parameters with GET /api/stores/:store_id/parameters.'),
  integration_not_found: notFound('integration', ofThisStore, 'List the integrations with GET /api/stores/:store_id/integrations.'),
  schedule_not_found: notFound('schedule', ofThisStore, 'List the schedules with GET /api/stores/:store_id/schedulers.'),
  notification_not_found: notFound('notification', ofThisStore, 'List the notifications with GET /api/stores/:store_id/notifications.'),
  queue_not_found: notFound('queue', 'There are three queues.', 'Ask for incoming, accepted or archived.'),
  sample_not_found: notFound('sample', 'There are samples for the built-in message types only.', 'List them with GET /api/samples.'),
  schema_not_found: notFound(
    'schema',
    'The store registered none for this message type.',
    'Register one, or leave the type unchecked: that is the default.',
  ),
  parked_record_not_found: notFound(
    'parked record',
    'It was never parked, or has been handled since.',
    'List the parked records again and take the id from there.',
  ),
});

/** A verb that does not fit the state of what it is meant for. */
export const verbErrors = entries({
  verb_missing: withStatus(422)(
    'The request does not say what to do',
    'Changing a message means one of its verbs.',
    'Send attempt_now=true to retry now, or archive=true to archive by hand.',
  ),
  verb_ambiguous: withStatus(422)(
    'The request asks for two things at once',
    'Retrying and archiving exclude each other.',
    'Send either attempt_now=true or archive=true.',
  ),
  delivery_running: {
    status: 409,
    title: 'The delivery is being attempted at this moment',
    why: 'Its outcome is not known yet, and a second request to the endpoint could do the work twice.',
    hint: 'Wait until the attempt ends, at the latest with its time-out, look at the outcome, then decide.',
    retriable: true,
  },
  delivery_not_retryable: conflict(
    'The delivery cannot be attempted again',
    'Failing, scheduled and parked deliveries wait for an attempt, and archived ones can be taken back; the others cannot be attempted.',
    'A pending or running one is on its way. For a completed one push the message again; what the endpoint did the first time is not undone.',
  ),
  message_not_archivable: conflict(
    'The message cannot be archived',
    'Only messages that wait in the incoming or the accepted queue can; this one is finished already.',
    'Nothing needs to be done: finished messages are in the archived queue.',
  ),
  message_not_correctable: conflict(
    'The message cannot be sent again with another payload',
    'Only an incoming message that is finished can: what comes of one under way is not known yet, and a delivery carries its message’s payload.',
    'Wait until the message is finished, or archive it first; for a delivery send its message again, the delivery’s parent_id.',
  ),
  state_changed: {
    status: 409,
    title: 'Somebody else was faster',
    why: 'The state changed between reading and writing it, so the request may no longer be what is wanted.',
    hint: 'Read the current state, then decide again.',
    retriable: true,
  },
});

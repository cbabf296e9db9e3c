import type { PayloadFindingCode } from '../payload/explain-error.ts';
import type { SchemaFindingCode } from '../payload/schema/compile-schema.ts';
import { entries, withStatus } from './error-entry.ts';

const unprocessable = withStatus(422);

/** What a pushed message must be before its content matters. */
export const messageErrors = entries({
  message_missing: unprocessable(
    'The message has no type',
    'The member `message` names the type, and the type decides where the message goes.',
    'Add "message" with a type in colon notation, such as "order:new".',
  ),
  message_not_string: unprocessable(
    'The message type is not a string',
    'The member `message` is the name of a type; the content belongs into `payload`.',
    'Send {"message": "order:new", "payload": {…}}.',
  ),
  message_type_illegal: unprocessable(
    'The message type is not a legal name',
    'A name is lower case in colon notation: `^[a-z][a-z0-9_.-]*(:[a-z0-9][a-z0-9_.-]*)+$`.',
    'Rename it after the pattern thing:event, such as "order:new" or "acme:loyalty:earned".',
  ),
  message_type_too_long: unprocessable(
    'The message type is too long',
    'A name has at most 255 characters.',
    'Shorten the name; details belong into the payload.',
  ),
  payload_missing: unprocessable(
    'The message has no payload',
    'Only types that end in :poll may come without one; elsewhere it is nearly always a mistake. null counts as absent.',
    'Add "payload" with an object; {} is accepted where there is nothing to say.',
  ),
  payload_invalid: unprocessable(
    'The payload does not fit its message type',
    'The validator found what `errors` lists; the message is archived as invalid and goes nowhere.',
    'Correct the payload at each pointer and send the corrected message again; docs/message-types.md has the rules per type.',
  ),
  store_id_missing: unprocessable(
    'The message does not say to which store it belongs',
    'At this address the store is not part of the path.',
    'Add "store_id", or push to /api/stores/:store_id/messages.',
  ),
  store_id_mismatch: unprocessable(
    'The body names another store than the path',
    'One of the two is wrong, and the message would end up in a stranger’s store.',
    'Leave "store_id" out of the body, or make both the same.',
  ),
  batch_not_array: unprocessable(
    'The batch is not an array of messages',
    'A batch is {"messages": [{"message": …, "payload": …}, …]}.',
    'Send the messages as an array under "messages".',
  ),
  batch_empty: unprocessable(
    'The batch holds no message',
    'An empty batch is nearly always a mistake of the sender.',
    'Send at least one message, or do not send the request.',
  ),
  batch_too_many: unprocessable(
    'The batch holds too many messages',
    'A batch is stored as one piece and holds at most 1,000 messages.',
    'Split it into batches of at most 1,000.',
  ),
  objects_request_wrong: withStatus(406)(
    'The body is not a set of object lists',
    'In the objects dialect every member of the body is a list, such as {"orders": [{"id": "R1"}]}.',
    'Send a JSON object whose members are arrays, or use /api/stores/:store_id/messages for the messages dialect.',
  ),
  objects_key_not_array: unprocessable(
    'A member of the body is not an array',
    'In the objects dialect every member of the body is a list of objects.',
    'Wrap a single object in an array: {"orders": [{…}]}.',
  ),
  objects_key_illegal: unprocessable(
    'A member of the body makes no legal message type',
    'Each list becomes messages of the type `<singular>:push`, so its name must be one a type can begin with.',
    'Name the lists in lower case, such as "orders" or "purchase_orders".',
  ),
  objects_id_missing: unprocessable(
    'An object has no id',
    'In the objects dialect every object is found again by its `id`, a non-empty string or a number.',
    'Add "id" to the object that the detail names.',
  ),
});

/** What the validator finds in a payload. Each makes the message invalid, but for the last three, which are warnings. */
export const payloadErrors = entries<PayloadFindingCode | SchemaFindingCode>({
  payload_not_object: unprocessable(
    'The payload is not an object',
    'A payload has named members, so that filters can address them and parameters can be added.',
    'Wrap it, such as {"payload": {"order": {…}}}.',
  ),
  payload_empty: unprocessable(
    'The payload is empty',
    'This type says something only by what is in its payload; null counts as absent.',
    'Send the shipment under `shipment`, or the older flat fields such as `shipment_number`.',
  ),
  shipment_or_order_missing: unprocessable(
    'There is neither a shipment nor an order',
    'A shipment:ready is about a shipment; its order can stand in for it.',
    'Send `shipment` as an object, or `order`, or both.',
  ),
  field_missing: unprocessable(
    'A required field is missing',
    'The type cannot be processed without it; null counts as absent.',
    'Add the field at the pointer.',
  ),
  field_empty: unprocessable('A required field is empty', 'An empty string identifies nothing.', 'Fill the field at the pointer.'),
  not_an_object: unprocessable(
    'A field is no object',
    'Integrations read its members by name.',
    'Send an object at the pointer, or leave the field out.',
  ),
  not_an_array: unprocessable(
    'A field is no array',
    'Integrations walk its entries.',
    'Send an array at the pointer, [] where there are no entries, or leave the field out.',
  ),
  not_a_string: unprocessable(
    'A field is no string',
    'It is shown to people as it is.',
    'Send a string at the pointer, or leave the field out.',
  ),
  not_a_string_or_number: unprocessable(
    'A field is neither a string nor a number',
    'It identifies a thing, and only these can be compared.',
    'Send a string or a number at the pointer.',
  ),
  not_an_integer: unprocessable(
    'A field is no whole number',
    'Stock is counted in whole pieces; a whole number may also be a string such as "10" or "-2.0".',
    'Send a whole number at the pointer; negative ones and 0 are fine.',
  ),
  schema_violated: unprocessable(
    'The payload breaks the schema of its type',
    'The store has registered a schema for the type.',
    'Send at the pointer what the reason asks for, or register a schema that takes what is sent.',
  ),
  schema_check_exceeded: unprocessable(
    'The payload takes too long to be checked',
    'A check has so many steps for each byte of the payload; a schema with many alternatives at many places needs more.',
    'Send less in one message, or register a schema with fewer alternatives; then send the message again.',
  ),
  identity_missing: unprocessable(
    'Nothing in the payload identifies the thing',
    'A warning: the message is processed, but cannot be found by number, and identifiers cannot tell duplicates.',
    'Send one of the fields that the reason names.',
  ),
  shipment_not_object: unprocessable(
    'The shipment beside a usable order is no object',
    'A warning: the message is processed by its order; integrations that read the shipment find none.',
    'Send `shipment` as an object, or leave it out.',
  ),
  schema_unusable: unprocessable(
    'The schema of the type could not be applied',
    'A warning: the message is processed without it, since the stored schema cannot be used by this version of the hub.',
    'Register the schema again.',
  ),
});

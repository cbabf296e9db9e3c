import { entries, withStatus } from './error-entry.ts';

const unprocessable = withStatus(422);

export const mappingErrors = entries({
  mapping_invalid: unprocessable(
    'The mapping cannot be used as it is',
    'A mapping is checked when it is saved, so that no message meets a broken one.',
    'Correct each field that `errors` lists and save again; the mapping in use is unchanged.',
  ),
  mapping_test_invalid: unprocessable(
    'The test of a mapping cannot be made',
    'A test takes a `mapping`, and either `messages` to test it with or the number of the `last` ones, at most 1,000.',
    'Correct what `errors` lists; without `messages` and `last` the last 100 messages are taken.',
  ),
  mapping_name_taken: unprocessable(
    'A mapping of this name exists',
    'Names are unique per store: attempts and notifications refer to them.',
    'Choose another name, or change the existing mapping.',
  ),
  mapping_required: unprocessable(
    'The mapping is required and cannot be removed',
    'Its integration declared that it does not work without this service.',
    'Disable the mapping to stop it for a while, or remove the whole integration.',
  ),
  mapping_unreadable: withStatus(500)(
    'A stored mapping cannot be used',
    'It was saved by another version, or changed in the database by hand; it is treated as disabled.',
    'Save the mapping again, with what the detail names corrected; messages of the time between can be pushed once more.',
  ),
  mapping_messages_invalid: unprocessable(
    'The mapping’s list of messages is not usable',
    'A mapping subscribes to a list of message types, each a legal name.',
    'Send "messages" as an array of names such as ["order:new"].',
  ),
  mapping_url_invalid: unprocessable(
    'The mapping’s URL is not usable',
    'A delivery is an HTTP POST to an absolute address without credentials in it.',
    'Send an absolute http or https URL; secrets belong into the token.',
  ),
  mapping_url_blocked: unprocessable(
    'The mapping’s URL points where the hub does not go',
    'Addresses of private networks and of the hub’s own machine are closed, so that a mapping cannot reach what its author could not.',
    'Use a public address, or have the operator allow this host.',
  ),
  mapping_options_invalid: unprocessable(
    'An option of the mapping is out of range',
    'Retries, time-outs and concurrency are bounded, so that one mapping cannot take the place of others.',
    'Correct the option that the detail names, within the range it gives.',
  ),
  mapping_regex_invalid: unprocessable(
    'The pattern of a filter is no regular expression',
    'Patterns run in linear time, so look-around and back-references are not supported.',
    'Correct the pattern at the place that the detail names; often contains, begin or end say the same.',
  ),
  mapping_regex_too_long: unprocessable(
    'The pattern of a filter is too long',
    'Patterns run for every message of their types, so their length is bounded.',
    'Shorten the pattern, or split it into several filters with the match rule any.',
  ),
});

export const filterErrors = entries({
  filters_invalid: unprocessable(
    'The filters are not a list of filters',
    'Filters are [{"path": …, "operator": …, "value": …, "match_rule": …}, …], and their number is bounded.',
    'Send "filters" as an array, [] for none.',
  ),
  filter_operator_unknown: unprocessable(
    'A filter has an unknown operator',
    'A filter that compares nothing would let everything or nothing pass.',
    'Use one of eq, neq, gt, lt, begin, end, contains, present, empty, match.',
  ),
  filter_path_empty: unprocessable(
    'A filter has no path',
    'The path says which part of the message is compared.',
    'Give a dotted path from the message’s root, such as payload.order.status.',
  ),
  filter_path_invalid: unprocessable(
    'The path of a filter is not a path',
    'A path is made of names, numbers and *, separated by dots, and its length is bounded.',
    'Write it from the message’s root, such as payload.order.line_items.*.sku.',
  ),
  filter_value_invalid: unprocessable(
    'The value of a filter does not fit its operator',
    'Numbers are compared by gt and lt, text by the others; such a filter could never pass.',
    'Give a value of the kind that the detail names.',
  ),
  identifiers_invalid: unprocessable(
    'The identifiers are not an object of paths',
    'Identifiers are {"name": "path", …}, and their number is bounded.',
    'Send "identifiers" as an object, {} for none.',
  ),
  identifier_invalid: unprocessable(
    'An identifier is not usable',
    'An identifier is a name and the path of the value that makes a message unique for the mapping.',
    'Correct the identifier that the detail names, such as {"number": "payload.shipment.number"}.',
  ),
  identifier_name_invalid: unprocessable(
    'The name of an identifier is not usable',
    'Names are non-empty and of bounded length.',
    'Name it after what it holds, such as "number".',
  ),
  identifier_path_empty: unprocessable(
    'An identifier has no path',
    'The path says which value makes a message unique for the mapping.',
    'Give a dotted path from the message’s root, such as payload.shipment.number.',
  ),
  identifier_path_invalid: unprocessable(
    'The path of an identifier is not a path',
    'A path is made of names, numbers and *, separated by dots, and its length is bounded.',
    'Write it from the message’s root, such as payload.shipment.number.',
  ),
});

export const storeErrors = entries({
  store_invalid: unprocessable(
    'The store cannot be saved as it is',
    'A store needs a name, and its id, where one is given, is 24 hexadecimal digits.',
    'Correct each field that `errors` lists.',
  ),
  store_id_taken: unprocessable(
    'A store of this id exists',
    'Everything belongs to one store by its id.',
    'Leave the id out to be given one, or change the existing store.',
  ),
  parameter_invalid: unprocessable(
    'The parameter cannot be saved as it is',
    'A parameter has a name, a value, and a data_type of string, integer, float, boolean or list.',
    'Correct each field that `errors` lists.',
  ),
  parameter_name_taken: unprocessable(
    'A parameter of this name exists',
    'Names are unique per store, since services get parameters by name.',
    'Change the existing parameter, or choose another name.',
  ),
  parameter_value_mismatch: unprocessable(
    'The value does not fit the parameter’s data type',
    'A service that was promised a number must not get a text.',
    'Send a value of the data_type that the detail names, or change the data_type with it.',
  ),
  secret_unreadable: withStatus(500)(
    'A stored secret cannot be opened',
    'It was encrypted with a key that this process does not have. A mapping without its token is paused, a parameter is not sent.',
    'Give the process the key as before, or enter the secret again.',
  ),
  schedule_invalid: unprocessable(
    'The schedule cannot be saved as it is',
    'A schedule has a message type, and either a count and an interval or a cron expression.',
    'Correct each field that `errors` lists, such as {"key": "endpoint:poll", "count": 10, "interval": "minutes"}.',
  ),
});

export const integrationErrors = entries({
  integration_invalid: unprocessable(
    'The integration cannot be saved as it is',
    'An integration has a name, the URL of its endpoint, and a category.',
    'Correct each field that `errors` lists.',
  ),
  integration_name_taken: unprocessable(
    'An integration of this name exists',
    'Names are unique per store: mappings are called integration.service.',
    'Choose another name, or change the existing integration.',
  ),
  integration_url_invalid: unprocessable(
    'The integration’s URL cannot be used',
    'The hub reads `<url>/endpoint.json` and sends to `<url>` followed by a service’s path.',
    'Send the absolute http or https URL of the application, without a query, such as https://example.com.',
  ),
  integration_not_ready: unprocessable(
    'Nobody can sign up for the integration yet',
    'They are read from endpoint.json in the background; without them, or where its token cannot be opened, nobody can sign up for them.',
    'Read the integration again in a few seconds; where its state is failed, `error_messages` says why. A token can be entered again.',
  ),
  signup_invalid: unprocessable(
    'The signup cannot be done as it is',
    'It holds `parameters`, an array of names and values, and `enabled`, an array of the names of services. All of it is done, or nothing.',
    'Correct each field that `errors` lists.',
  ),
  signup_parameter_missing: unprocessable(
    'A parameter is missing that a service requires',
    'The service would fail each time without it.',
    'Send a value for it in `parameters`, or leave the service out of `enabled`.',
  ),
  signup_service_unknown: unprocessable(
    'The integration has no such service',
    'Services are named as its endpoint.json names them, without the integration’s name in front.',
    'Read the names from the integration’s `services`.',
  ),
  signup_service_required: unprocessable(
    'A required service is left out',
    'The endpoint declared that it does not work without it.',
    'List the service in `enabled`; its mapping can be disabled afterwards.',
  ),
  integration_unreachable: withStatus(502, true)(
    'The endpoint’s endpoint.json could not be fetched',
    'It lists the services, and without it none can be mapped by name.',
    'Check that `<url>/endpoint.json` answers 200 from the hub’s network; it is tried again.',
  ),
  integration_redirected: withStatus(502)(
    'The endpoint redirects elsewhere',
    'Redirects are followed within the same origin only, three at most: the token must not travel to strangers.',
    'Set the integration’s URL to where the endpoint really is.',
  ),
  integration_url_blocked: unprocessable(
    'The integration’s URL points where the hub does not go',
    'Addresses of private networks and of the hub’s own machine are closed, so that an integration cannot reach what its author could not.',
    'Use a public address, or have the operator allow this host.',
  ),
  endpoint_json_missing: withStatus(502)(
    'The endpoint has no endpoint.json',
    'Both `<url>/endpoint.json` and `<url>` answer that there is nothing.',
    'Serve the file at `<url>/endpoint.json`, or correct the integration’s URL, then refresh the integration.',
  ),
  endpoint_json_refused: withStatus(502)(
    'The endpoint does not hand out its endpoint.json',
    'The file describes the endpoint and holds no secrets, so it is asked for without a token.',
    'Let `<url>/endpoint.json` answer 200 to a GET without credentials, then refresh the integration.',
  ),
  endpoint_json_too_large: withStatus(502)(
    'The endpoint’s endpoint.json is too large',
    'What strangers serve is read up to 1 MiB; descriptions of a hundred services take a tenth of that.',
    'Serve the description of the services, and nothing else, then refresh the integration.',
  ),
  endpoint_json_unreadable: withStatus(502)(
    'The endpoint’s endpoint.json is not a JSON object',
    'It is a JSON object in UTF-8, not compressed, nested 32 levels deep at most. Many applications answer a page of text at their root.',
    'Check that `<url>/endpoint.json` answers the file, then refresh the integration.',
  ),
  endpoint_json_invalid: withStatus(502)(
    'The endpoint’s endpoint.json is not usable',
    'It is a JSON object with a name and a list of services, each with a name and a path.',
    'Correct the file at the place that the detail names, then refresh the integration.',
  ),
  endpoint_json_odd: withStatus(502)(
    'Part of the endpoint.json was left out, or read as it was probably meant',
    'A warning: the integration works. The field’s files vary, and what a mapping does not need must not spoil the rest.',
    'Look whether the hub understood what was meant; correct the file at the place that the detail names, then refresh the integration.',
  ),
});

import type { ErrorCode } from '@crossdock/contracts';

/** What can be wrong with a mapping that is to be saved. */
export const mappingProblems: readonly ErrorCode[] = [
  'mapping_invalid',
  'mapping_name_taken',
  'mapping_messages_invalid',
  'mapping_url_invalid',
  'mapping_url_blocked',
  'mapping_options_invalid',
  'mapping_regex_invalid',
  'mapping_regex_too_long',
  'filters_invalid',
  'filter_operator_unknown',
  'filter_path_empty',
  'filter_path_invalid',
  'filter_value_invalid',
  'identifiers_invalid',
  'identifier_invalid',
  'identifier_name_invalid',
  'identifier_path_empty',
  'identifier_path_invalid',
];

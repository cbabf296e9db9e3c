import { buildRequest, type KnownLine, type Mapping, type MessageReceived, type Parameter, type StoreSnapshot } from '@crossdock/core';
import { utf8 } from '@crossdock/kit';

/** Stands where the delivery's id would: it is allotted when the delivery is made. */
export const PLACEHOLDER = '<message_id>';
/** Stands for what must not be shown. */
const MASK = '****';

/** Requests that are shown, and how long their bodies may be in all: each holds the whole payload. */
const MOST_REQUESTS = 20;
const MOST_BYTES = 4 * 1_048_576;

/** A request as it would be sent, byte for byte but for the id and what is masked. */
export interface RequestPreview {
  readonly mapping_id: string;
  readonly mapping: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: number;
  /** Sentences: what is odd about it. */
  readonly notes: readonly string[];
}

export interface RequestPreviews {
  readonly requests: readonly RequestPreview[];
  /** Requests that would be sent to the mappings shown, and are too many or too long to be shown themselves. */
  readonly requests_left_out: number;
  readonly placeholders: Readonly<Record<string, string>>;
}

/** The requests of those lines that say `sent`, by the code that builds them for deliveries. */
export function previewRequests(
  snapshot: StoreSnapshot,
  event: MessageReceived,
  payload: Uint8Array,
  lines: readonly KnownLine[],
): RequestPreviews {
  const shown = { store: snapshot.store, parameters: maskedParameters(snapshot) };
  const wanted = lines.flatMap(({ code, mapping }) => (code === 'sent' ? (snapshot.mappings.get(mapping) ?? []) : []));
  const requests: RequestPreview[] = [];
  let bytes = 0;
  for (const mapping of wanted.slice(0, MOST_REQUESTS)) {
    const masked = mapping.token === undefined ? mapping : { ...mapping, token: MASK };
    const { method, url, headers, body } = buildRequest(
      { delivery: PLACEHOLDER, received: { event, payload }, mapping: masked, snapshot: shown },
      utf8,
    );
    const text = Buffer.concat(body).toString('utf8');
    const length = Buffer.byteLength(text);
    bytes += length;
    if (bytes > MOST_BYTES && requests.length > 0) break;
    requests.push({
      mapping_id: mapping.id,
      mapping: mapping.name,
      method,
      url,
      headers,
      body: text,
      bytes: length,
      notes: notesOn(mapping, snapshot),
    });
  }
  return {
    requests,
    requests_left_out: wanted.length - requests.length,
    placeholders: {
      [PLACEHOLDER]: 'The id of the delivery, 24 hexadecimal digits, which is allotted when it is made.',
      [MASK]: 'A token, or the value of a secret parameter.',
    },
  };
}

function maskedParameters({ parameters }: StoreSnapshot): ReadonlyMap<string, Parameter> {
  return new Map([...parameters].map(([name, parameter]) => [name, parameter.secret === true ? { ...parameter, value: MASK } : parameter]));
}

function notesOn(mapping: Mapping, snapshot: StoreSnapshot): readonly string[] {
  const paused = mapping.paused ? ['The mapping is paused: the request waits until it is resumed.'] : [];
  return [...paused, ...missingParameters(mapping, snapshot)];
}

/** Sentences about the parameters that a mapping is to send and the store does not have. */
export function missingParameters({ parameters }: Mapping, snapshot: StoreSnapshot | undefined): readonly string[] {
  return parameters
    .filter((wanted) => !('value' in wanted) && wanted.name !== 'store_id' && snapshot?.parameters.has(wanted.name) !== true)
    .map(({ name }) => `The mapping sends the parameter ${name}, which the store does not have: it is left out.`);
}

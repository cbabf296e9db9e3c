import { boundedText, unreachable, type DescriptorRead, type GetResult } from '@crossdock/core';

type Unread = Extract<DescriptorRead, { ok: false }>;

const CHECK = 'Check that this address answers 200 from the hub’s network.';

/** Why there is no file to read: what happened, at which address, and whether it may be otherwise later. */
export function fetchProblem(code: string, reason: string, hint: string, retriable: boolean): Unread {
  return { ok: false, problems: [{ pointer: '', code, reason, hint }], retriable };
}

/** Of an answer that is no file: everything but 2xx. */
export function problemOfStatus(status: number, url: string): Unread {
  const answered = `${shown(url)} answers ${status}`;
  if (status === 404 || status === 410) {
    const hint = 'Serve the file there, or correct the integration’s URL: it is the endpoint’s base URL.';
    return fetchProblem('endpoint_json_missing', `${answered}: there is no endpoint.json.`, hint, false);
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return unreachableEndpoint(`${answered}.`, CHECK);
  }
  if (status === 401 || status === 403) {
    const hint = 'Let the file be read without a token: the field’s endpoints ask for theirs on POST only.';
    return fetchProblem('endpoint_json_refused', `${answered}: the file is closed to the hub.`, hint, false);
  }
  return fetchProblem('endpoint_json_refused', `${answered}, which is no file.`, `${CHECK} Then refresh the integration.`, false);
}

export function problemOfRedirect({ because, location, url }: Extract<GetResult, { kind: 'redirected' }>): Unread {
  switch (because) {
    case 'other_origin': {
      const reason = `${shown(url)} redirects to ${location}, which is another origin.`;
      return fetchProblem('integration_redirected', reason, 'Set the integration’s URL to where the endpoint really is.', false);
    }
    case 'too_many': {
      const reason = `${shown(url)} redirects on to ${location}, after too many redirects.`;
      return fetchProblem('integration_redirected', reason, 'Let the file be served without going round.', false);
    }
    case 'unreadable': {
      const where = location === '' ? 'without saying where to' : `to "${location}", which is no address`;
      return fetchProblem('integration_redirected', `${shown(url)} redirects ${where}.`, 'Let the file be served at this address.', false);
    }
    default:
      return unreachable(because);
  }
}

export function problemOfFailure({ failure, detail, url }: Extract<GetResult, { kind: 'failed' }>): Unread {
  const reason = `${shown(url)}: ${detail}`;
  switch (failure) {
    case 'blocked':
      return fetchProblem('integration_url_blocked', reason, 'Use a public address, or have the operator allow this one.', false);
    case 'invalid_url':
      return fetchProblem('integration_url_invalid', reason, 'Correct the integration’s URL.', false);
    case 'too_large': {
      const hint = 'Serve the description of the services, and nothing else, at this address.';
      return fetchProblem('endpoint_json_too_large', reason, hint, false);
    }
    case 'timeout':
      return unreachableEndpoint(reason, 'Serve the file as a static one: it must arrive whole within seconds.');
    case 'connection_refused':
      return unreachableEndpoint(reason, 'Start the endpoint, or correct host and port of the integration’s URL.');
    case 'dns':
      return unreachableEndpoint(reason, 'Correct the host name in the integration’s URL, or wait until it is known.');
    case 'tls':
      return unreachableEndpoint(reason, 'Renew or complete the endpoint’s certificate.');
    case 'connection_reset':
    case 'aborted':
    case 'network':
      return unreachableEndpoint(reason, CHECK);
    default:
      return unreachable(failure);
  }
}

const unreachableEndpoint = (reason: string, hint: string): Unread =>
  fetchProblem('integration_unreachable', reason, `${hint} It is tried again.`, true);

const MAX_SHOWN = 200;

/** An address for people, without what may be secret: user name, password, query. */
export function shown(url: string): string {
  const { origin, pathname } = URL.canParse(url) ? new URL(url) : { origin: 'null', pathname: '' };
  // Only web addresses have an origin.
  return boundedText(origin === 'null' ? url.replace(/[?#].*$/s, '') : `${origin}${pathname}`, MAX_SHOWN);
}

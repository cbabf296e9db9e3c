import { HubError } from '@crossdock/kit';

const timeoutMs = 10_000;

/** A push like any sender's, through the API. */
export function pushTo(url: string, storeId: string, token: string): (body: string) => Promise<void> {
  return async (body) => {
    const response = await fetch(`${url}/api/stores/${storeId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-augury-token': token },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) await response.arrayBuffer();
    else
      throw new HubError('internal_error', `A sample was refused with status ${response.status}: ${(await response.text()).slice(0, 500)}`);
  };
}

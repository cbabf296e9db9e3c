import { settingEntries, toolSettings, type Setting, type SettingGroup } from './settings.ts';

const intros: Readonly<Record<SettingGroup, string>> = {
  Database: 'The log, and everything made from it.',
  API: 'What `ingest-api` serves; the other services serve their probes at the same two variables.',
  Secrets: '`npm run -s secrets` makes a key and a token and prints them as lines of a `.env` file.',
  Endpoints:
    'Where deliveries may go. Set them alike for `ingest-api`, which checks the addresses of mappings, and for `delivery`, which calls them.',
  Kafka: 'The same for all processes of one hub. User and password are sent as they are by `plain`: use it with TLS.',
  Process: 'How a process behaves towards whoever supervises it.',
};

/** The text of docs/configuration.md. */
export function renderConfigurationDocs(): string {
  const groups = Object.entries(intros).flatMap(([group, intro]) => [
    `## ${group}`,
    '',
    intro,
    '',
    ...table(settingEntries.flatMap(([, setting]) => (setting.group === group ? [row(setting)] : []))),
  ]);
  const tools = toolSettings.map(({ name, fallback, about }) => cells(name, fallback, about));
  return [
    '# Configuration',
    '',
    '<!-- Generated from libs/runtime/src/settings.ts: UPDATE_DOCS=1 npx vitest run --project unit libs/runtime/src/render-configuration-docs.spec.ts -->',
    '',
    'Environment variables, and nothing else. A service reads them once, at its start, and checks all of them: what is wrong is reported at once, each variable',
    'with what was found and what is wanted, and the process ends with exit code 1. A name that begins with `CROSSDOCK_` and is not below is an error too: it is',
    'mistyped, or of another version. An empty variable counts as one that is not set.',
    '',
    'What is in effect is the first line of each service’s log (`"event":"configuration"`), secrets masked. How services are started with them:',
    '[five processes](services.md), [Kubernetes](kubernetes.md). What to choose: [sizing](sizing.md).',
    '',
    ...groups,
    '## Tools of the repository',
    '',
    'Services leave them alone.',
    '',
    ...table(tools),
  ]
    .join('\n')
    .concat('\n')
    .replaceAll(/\n+$/g, '\n');
}

function row({ name, fallback = '', about, more, secret }: Setting<unknown>): string {
  const first = `${about.charAt(0).toUpperCase()}${about.slice(1)}`;
  return cells(name, fallback, `${first}.${secret === true ? ' *Secret.*' : ''}${more === undefined ? '' : ` ${more}`}`);
}

const cells = (name: string, fallback: string, about: string): string =>
  `| \`${name}\` | ${fallback === '' ? '–' : `\`${fallback}\``} | ${about} |`;

const table = (rows: readonly string[]): readonly string[] => ['| variable | default | what it is |', '|---|---|---|', ...rows, ''];

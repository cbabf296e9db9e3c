/** What runs where, for whoever started it. */
export interface StartedFacts {
  /** Address of the API's server, such as `http://localhost:4600`. */
  readonly url: string;
  readonly adminToken: string;
  /** The folder as the user named it. */
  readonly dataDir: string;
  /** Absent without the demo. */
  readonly demo?: { readonly storeId: string; readonly storeName: string; readonly token: string };
}

const firstMessage = {
  message: 'order:new',
  payload: {
    order: {
      number: 'R1001',
      status: 'complete',
      email: 'ada@example.com',
      currency: 'USD',
      totals: { item: 129.9, shipping: 5, tax: 10, order: 144.9 },
      line_items: [{ name: 'Trail Backpack', sku: 'ACM-00042', quantity: 1, price: 129.9 }],
      shipping_address: { firstname: 'Ada', lastname: 'Lane', city: 'Portland', state: 'OR', country: 'US' },
    },
  },
};

/** The last thing that a start shows. On something that is not a terminal, `readyLine` follows. */
export function banner(facts: StartedFacts): string {
  const { url, adminToken, dataDir, demo } = facts;
  const rows = [
    ['API', `${url}/api`],
    ...(demo === undefined
      ? []
      : [
          ['Store', `${demo.storeId}   ${demo.storeName}`],
          ['Token', `${demo.token}   (of this store; kept in ${dataDir}/demo.json)`],
        ]),
    ['Admin', `${adminToken}   (makes stores; kept in ${dataDir}/secrets.json)`],
  ];
  const head = rows.map(([name = '', text = '']) => `  ${name.padEnd(9)} ${text}`).join('\n');
  const examples = demo === undefined ? storeExample(facts) : messageExamples(url, demo);
  return `\n${head}\n\n${examples}\n\n  Ctrl-C stops everything; the data stays in ${dataDir}.\n`;
}

function messageExamples(url: string, { storeId, token }: { readonly storeId: string; readonly token: string }): string {
  const store = `${url}/api/stores/${storeId}`;
  const header = `-H 'X-Augury-Token: ${token}'`;
  return [
    '  Send a first message:',
    '',
    `    curl -s ${store}/messages \\`,
    `      ${header} -H 'Content-Type: application/json' \\`,
    `      -d '${JSON.stringify(firstMessage)}'`,
    '',
    '  Then see what became of it, with the message_id of the answer, and how many messages are in each queue:',
    '',
    `    curl -s ${header} ${store}/messages/MESSAGE_ID`,
    `    curl -s ${header} ${store}/queues`,
  ].join('\n');
}

function storeExample({ url, adminToken }: StartedFacts): string {
  return [
    '  Make a store; the answer has its id, and its token this once:',
    '',
    `    curl -s ${url}/api/stores \\`,
    `      -H 'X-Augury-Token: ${adminToken}' -H 'Content-Type: application/json' \\`,
    `      -d '{"name":"My store"}'`,
  ].join('\n');
}

/** The last line where nobody looks: for scripts that wait for it. */
export const readyLine = (url: string): string => `ready ${url}`;

export interface JsonFacts {
  readonly url: string;
  readonly adminToken: string;
  readonly demo?: { readonly storeId: string; readonly token: string };
  readonly databaseUrl: string;
  /** Brokers, where records go through Kafka. */
  readonly kafka?: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  readonly pid: number;
}

/** The one line of `--json`, written when everything is ready. */
export function jsonLine({ url, adminToken, demo, databaseUrl, kafka, dataDir, pid }: JsonFacts): string {
  return JSON.stringify({
    api: url,
    admin_token: adminToken,
    store: demo?.storeId ?? null,
    token: demo?.token ?? null,
    database: databaseUrl,
    kafka: kafka ?? null,
    data: dataDir,
    pid,
  });
}

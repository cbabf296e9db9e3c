import { execFileSync } from 'node:child_process';
import { checkPayload } from '@crossdock/contracts';
import { expect, it } from 'vitest';
import { banner, jsonLine, readyLine } from './banner.ts';

const facts = { url: 'http://localhost:4600', adminToken: 'crossdock_dev_admin', dataDir: '.crossdock' };
const demo = { storeId: '51af1dc5fe53543f1200f500', storeName: 'Acme Outdoor', token: 'crossdock_dev_store' };

it('says where everything is and what to do first', () => {
  expect(banner({ ...facts, demo })).toBe(`
  API       http://localhost:4600/api
  Store     51af1dc5fe53543f1200f500   Acme Outdoor
  Token     crossdock_dev_store   (of this store; kept in .crossdock/demo.json)
  Admin     crossdock_dev_admin   (makes stores; kept in .crossdock/secrets.json)

  Send a first message:

    curl -s http://localhost:4600/api/stores/51af1dc5fe53543f1200f500/messages \\
      -H 'X-Augury-Token: crossdock_dev_store' -H 'Content-Type: application/json' \\
      -d '{"message":"order:new","payload":{"order":{"number":"R1001","status":"complete","email":"ada@example.com","currency":"USD","totals":{"item":129.9,"shipping":5,"tax":10,"order":144.9},"line_items":[{"name":"Trail Backpack","sku":"ACM-00042","quantity":1,"price":129.9}],"shipping_address":{"firstname":"Ada","lastname":"Lane","city":"Portland","state":"OR","country":"US"}}}}'

  Then see what became of it, with the message_id of the answer, and how many messages are in each queue:

    curl -s -H 'X-Augury-Token: crossdock_dev_store' http://localhost:4600/api/stores/51af1dc5fe53543f1200f500/messages/MESSAGE_ID
    curl -s -H 'X-Augury-Token: crossdock_dev_store' http://localhost:4600/api/stores/51af1dc5fe53543f1200f500/queues

  Ctrl-C stops everything; the data stays in .crossdock.
`);
});

it('without the demo says how to make a store', () => {
  expect(banner(facts)).toBe(`
  API       http://localhost:4600/api
  Admin     crossdock_dev_admin   (makes stores; kept in .crossdock/secrets.json)

  Make a store; the answer has its id, and its token this once:

    curl -s http://localhost:4600/api/stores \\
      -H 'X-Augury-Token: crossdock_dev_admin' -H 'Content-Type: application/json' \\
      -d '{"name":"My store"}'

  Ctrl-C stops everything; the data stays in .crossdock.
`);
});

it('prints commands that a shell takes as they are', () => {
  const command = /curl [^]*?\n(?=\n)/.exec(banner({ ...facts, demo }))?.[0] ?? '';
  const words = execFileSync('sh', ['-c', `curl() { for word; do echo "$word"; done; }; ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  const body = JSON.parse(words.at(-1) ?? '') as { message: string; payload: unknown };
  expect(words.slice(0, -1)).toEqual([
    '-s',
    'http://localhost:4600/api/stores/51af1dc5fe53543f1200f500/messages',
    '-H',
    'X-Augury-Token: crossdock_dev_store',
    '-H',
    'Content-Type: application/json',
    '-d',
  ]);
  expect(checkPayload(body.message, body.payload)).toEqual({ errors: [], warnings: [] });
});

it('ends with a line that a script can wait for', () => {
  expect(readyLine('http://127.0.0.1:4600')).toBe('ready http://127.0.0.1:4600');
});

it('tells scripts everything in one line', () => {
  const started = {
    url: 'http://127.0.0.1:4600',
    adminToken: 'a',
    databaseUrl: 'postgres://u:p@127.0.0.1:5432/postgres',
    dataDir: '/data',
    pid: 7,
  };
  expect(jsonLine({ ...started, demo })).toBe(
    '{"api":"http://127.0.0.1:4600","admin_token":"a","store":"51af1dc5fe53543f1200f500","token":"crossdock_dev_store",' +
      '"database":"postgres://u:p@127.0.0.1:5432/postgres","kafka":null,"data":"/data","pid":7}',
  );
  expect(JSON.parse(jsonLine(started))).toMatchObject({ store: null, token: null });
  expect(JSON.parse(jsonLine({ ...started, kafka: 'localhost:9092' }))).toMatchObject({ kafka: 'localhost:9092' });
});

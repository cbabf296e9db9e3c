import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../tools/testing/database.ts';
import { Program } from './testing/program.ts';
import { RunningHub } from './testing/running-hub.ts';

const TOKEN = 'a token of thirty-two characters';
const patience = { timeout: 20_000, interval: 50 };

const languages = [
  { language: 'Node', command: process.execPath, file: 'endpoint.mjs' },
  { language: 'Python', command: 'python3', file: 'endpoint.py' },
  { language: 'Ruby', command: 'ruby', file: 'endpoint.rb' },
];
const isInstalled = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

interface Integration {
  readonly id: string;
  readonly state: string;
  readonly services: readonly { readonly name: string }[];
}
interface Story {
  readonly message: string;
  readonly state: string;
  readonly children: readonly { readonly id: string; readonly message: string; readonly state: string }[];
}

let database: TestDatabase;
let hub: RunningHub;
beforeAll(async () => {
  database = await createDatabase();
  hub = await RunningHub.start(database.url, {});
});
afterAll(async () => {
  await hub.stop();
  await database.drop();
});

for (const { language, command, file } of languages) {
  describe.skipIf(!isInstalled(command))(`the endpoint in ${language}`, () => {
    let endpoint: Program;
    let url: string;
    beforeAll(async () => {
      endpoint = Program.run(command, [`apps/examples/endpoints/${file}`, '0'], { ENDPOINT_TOKEN: TOKEN });
      url = await endpoint.line();
    });
    afterAll(() => endpoint.stop('SIGTERM'));

    it('says what it offers, and is sent what it offers to do', async () => {
      const name = `carrier-${language.toLowerCase()}`;
      const { id } = await hub.post<Integration>('/integrations', { name, url, category: 'shipping', token: TOKEN });
      await vi.waitFor(async () => {
        const { state, services } = await hub.get<Integration>(`/integrations/${id}`);
        expect({ state, services: services.map((service) => service.name) }).toEqual({ state: 'ready', services: ['book_shipment'] });
      }, patience);
      await hub.post(`/integrations/${id}/signup`, {
        parameters: [{ name: 'carrier.service_level', value: 'express' }],
        enabled: ['book_shipment'],
      });
      const message = await hub.push('shipment:ready', `{"shipment":{"number":"${language}-1"}}`);
      await vi.waitFor(async () => {
        const { children } = await hub.get<Story>(`/messages/${message}`);
        expect(children.map(({ state }) => state)).toContain('completed');
      }, patience);
      const { children } = await hub.get<Story>(`/messages/${message}`);
      const delivery = children.find(({ state }) => state === 'completed');
      const answered = await hub.get<Story>(`/messages/${delivery?.id ?? ''}`);
      const confirmed = answered.children.find((child) => child.message === 'shipment:confirm');
      expect(await hub.get(`/messages/${confirmed?.id ?? ''}`)).toMatchObject({
        message: 'shipment:confirm',
        payload: { shipment: { number: `${language}-1`, status: 'shipped', tracking: `express-${language}-1` } },
      });
      await hub.put(`/integrations/${id}/disable_mappings`);
    });

    it('refuses who does not know the token', async () => {
      const answer = await fetch(`${url}/book_shipment`, { method: 'POST', headers: { 'x-augury-token': 'wrong' }, body: '{}' });
      expect([answer.status, await answer.json()]).toEqual([401, { error: 'The token is wrong.' }]);
    });
  });
}

import { expect, it } from 'vitest';
import { summariseProfile, type CpuProfile } from './cpu-profile.ts';

const node = (id: number, functionName: string, url: string, children: readonly number[] = []): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 6]),
    node(2, '(idle)', ''),
    node(3, 'route', 'file:///home/me/hub/apps/router/dist/router.handler.js', [4, 5]),
    node(4, 'query', 'file:///home/me/hub/node_modules/pg/node_modules/pg-protocol/dist/index.js'),
    node(5, 'route', 'file:///home/me/hub/apps/router/dist/router.handler.js', [7]),
    node(7, 'writev', ''),
    node(6, '(garbage collector)', ''),
  ],
  samples: [2, 3, 4, 4, 5, 7, 6],
  timeDeltas: [500, 10, 20, 30, 20, 10, 10],
};

it('tells who spent the time that was not idle', () => {
  const route = 'route apps/router/router.handler.js:10';
  expect(summariseProfile(profile)).toEqual({
    busyUs: 100,
    functions: [
      { name: 'query pg-protocol/dist/index.js:10', selfUs: 50, share: 0.5 },
      { name: route, selfUs: 30, share: 0.3 },
      { name: 'writev', selfUs: 10, share: 0.1 },
      { name: '(garbage collector)', selfUs: 10, share: 0.1 },
    ],
    modules: [
      { name: 'pg-protocol', selfUs: 50, share: 0.5 },
      { name: 'apps/router', selfUs: 40, share: 0.4 },
      { name: '(garbage collector)', selfUs: 10, share: 0.1 },
    ],
    inclusive: [{ name: route, selfUs: 90, share: 0.9 }],
  });
});

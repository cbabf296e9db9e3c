import type { Chapter } from '../suite/case.ts';
import { get, refused, step } from './steps.ts';

const reason = 'samples are made with the tools that write endpoints';

export const samples: Chapter = {
  title: 'Samples',
  about: '`GET /api/samples` names of sample messages; `GET /api/samples/:type` one generated sample, `?version=`.',
  cases: [
    { name: 'The names of samples are listed', notOffered: reason, steps: [step(get('/api/samples'), refused(404))] },
    { name: 'A sample is generated', notOffered: reason, steps: [step(get('/api/samples/order:new'), refused(404))] },
    {
      name: 'A sample of an older version is generated',
      notOffered: reason,
      steps: [step(get('/api/samples/order:new?version=1'), refused(404))],
    },
  ],
};

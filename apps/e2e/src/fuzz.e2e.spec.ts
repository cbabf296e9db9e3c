import { expect, it } from 'vitest';
import { fuzzEmbedded } from './testing/fuzz/fuzz-embedded.ts';
import { neverSucceeded, reportOf } from './testing/fuzz/report.ts';

it('every answer to generated requests is one that the OpenAPI document describes', async () => {
  const report = await fuzzEmbedded({ requests: 1_600, seed: 20_261_121 });
  expect(report.findings, reportOf(report)).toEqual([]);
  expect(report.sent).toBeGreaterThanOrEqual(1_600);
  // Refusals alone would prove little; what is asked for by chance may be missed.
  expect(neverSucceeded(report).length, reportOf(report)).toBeLessThan(4);
  // Seconds on a machine that has nothing else to do.
}, 180_000);

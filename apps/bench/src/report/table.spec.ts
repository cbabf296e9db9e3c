import { describe, expect, it } from 'vitest';
import { columns, renderTable } from './table.ts';

describe('columns', () => {
  it('line up, to the right where asked', () => {
    expect(columns([['a', '1'], ['long', '100', 'x'], ['µs']], new Set([1]))).toEqual(['a       1', 'long  100  x', 'µs']);
  });
});

describe('renderTable', () => {
  it('shows each figure beside its targets', () => {
    const text = renderTable([
      {
        scenario: 'accept',
        figures: [
          { what: '64 connections', value: 16_000, unit: 'per second', target: 'accepts' },
          { what: 'p99', value: 12.3, unit: 'ms', remark: 'of the 201' },
        ],
        notes: ['nobody consumes'],
        detail: {},
      },
      {
        scenario: 'claim',
        figures: [
          { what: 'p99', value: 7, unit: 'ms', target: 'claim' },
          { what: 'p50', value: 1, unit: 'ms', target: 'claim' },
        ],
        notes: [],
        detail: {},
      },
    ]);
    expect(text.split('\n')).toEqual([
      '                  measured       first        then',
      'accept',
      '  64 connections  16,000/s  ≥ 15,000/s  ≥ 30,000/s  ✓',
      '  p99              12.3 ms                              of the 201',
      'claim',
      '  p99              7.00 ms   ≤ 5.00 ms   ≤ 5.00 ms  ✗',
      '  p50              1.00 ms   ≤ 5.00 ms   ≤ 5.00 ms  ✓✓',
      '',
      '  accept: nobody consumes',
    ]);
  });
});

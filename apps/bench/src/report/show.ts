export type Unit = 'per second' | 'µs' | 'ms' | 's' | 'bytes' | 'times' | 'count' | 'share';

const MB = 1024 * 1024;
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** As people read it, three digits where they matter. */
export function show(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return '–';
  switch (unit) {
    case 'per second':
      return `${whole.format(value)}/s`;
    case 'µs':
      return `${significant(value)} µs`;
    case 'ms':
      return `${significant(value)} ms`;
    case 's':
      return `${significant(value)} s`;
    case 'bytes':
      return value >= MB ? `${significant(value / MB)} MB` : `${whole.format(value)} B`;
    case 'times':
      return `${value.toFixed(2)} ×`;
    case 'count':
      return whole.format(value);
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
  }
}

function significant(value: number): string {
  return Math.abs(value) >= 100 ? whole.format(value) : value.toPrecision(3);
}

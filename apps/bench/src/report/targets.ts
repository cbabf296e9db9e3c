/** What a figure should be: at first, and then. */
export interface Target {
  readonly at: 'least' | 'most';
  readonly first: number;
  readonly then: number;
}

const least = (first: number, then: number): Target => ({ at: 'least', first, then });
const most = (first: number, then: number): Target => ({ at: 'most', first, then });
const MB = 1024 * 1024;

/** The budgets: two cores that Postgres, the generator and the endpoint share. */
export const targets = {
  accepts: least(15_000, 30_000),
  deliveries: least(6_000, 10_000),
  deliveriesOverKafka: least(2_500, 4_000),
  cpuPerMessage: most(250, 120),
  latencyP50: most(8, 2.2),
  latencyP99: most(40, 10),
  isolation: most(1.2, 1.2),
  otherStore: most(2, 2),
  claim: most(5, 5),
  rebuild: least(50_000, 100_000),
  memory: most(350 * MB, 250 * MB),
  growth: most(1.15, 1.15),
  routing: most(1.2, 1.2),
  change: most(20, 20),
} as const satisfies Readonly<Record<string, Target>>;
export type TargetId = keyof typeof targets;

/** Which of the two it reaches. */
export function verdictOf(value: number, { at, first, then }: Target): 'then' | 'first' | 'none' {
  const reaches = (limit: number): boolean => (at === 'least' ? value >= limit : value <= limit);
  if (Number.isNaN(value)) return 'none';
  return reaches(then) ? 'then' : reaches(first) ? 'first' : 'none';
}

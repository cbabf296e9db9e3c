/** What schedules may be. All of it can be set by whoever composes the hub. */
export interface SchedulerLimits {
  readonly maxPerStore: number;
  /** No schedule comes round more often, ms. */
  readonly minEveryMs: number;
  /** No interval is longer, ms. */
  readonly maxEveryMs: number;
  /** Characters of a cron expression. */
  readonly maxCron: number;
}

export const schedulerLimits: SchedulerLimits = { maxPerStore: 100, minEveryMs: 60_000, maxEveryMs: 400 * 86_400_000, maxCron: 255 };

export interface BackoffPolicy {
  /** Wait after the first failure, before jitter. */
  readonly baseMs: number;
  /** By how much each further failure multiplies the wait. */
  readonly factor: number;
  /** Longest wait before jitter. */
  readonly capMs: number;
}

/** The longest wait that an endpoint may ask for: a day. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

/** Draws closer to 1 would round up to it when 0.5 is added. */
const LARGEST_DRAW = 1 - 2 ** -32;

/**
 * Milliseconds to wait after the n-th failure in a row (n counts from 1): `min(cap, base · factor^(n−1)) · (0.5 + random)`, not rounded.
 * `random` is drawn from [0, 1) by the caller, who keeps the result. `retryAfterMs` is what the endpoint asked for: it
 * lengthens the wait, to a day at most, and never shortens it; what is no such number is ignored.
 */
export function retryDelay(failures: number, policy: BackoffPolicy, random: number, retryAfterMs?: number): number {
  const steps = Math.max(1, failures) - 1;
  const nominal = policy.baseMs === 0 ? 0 : Math.min(policy.capMs, policy.baseMs * policy.factor ** steps);
  const own = nominal * (0.5 + Math.min(random, LARGEST_DRAW));
  const asked = retryAfterMs !== undefined && Number.isFinite(retryAfterMs) ? Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) : 0;
  return Math.max(own, asked);
}

/** Milliseconds that a `Retry-After` header asks to wait: seconds, or a date (RFC 9110, IMF-fixdate). Undefined for all else. */
export function parseRetryAfter(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  if (/^\d{1,10}$/.test(trimmed)) return Number(trimmed) * 1000;
  const at = parseImfDate(trimmed);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const IMF_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;

function parseImfDate(text: string): number | undefined {
  const parts = IMF_DATE.exec(text);
  if (parts === null) return undefined;
  const [, day, monthName = '', year, hour, minute, second] = parts;
  const month = MONTHS.indexOf(monthName) + 1;
  const [d, y, h, m, s] = [Number(day), Number(year), Number(hour), Number(minute), Number(second)];
  if (month === 0 || d < 1 || d > daysIn(month, y) || h > 23 || m > 59 || s > 60) return undefined;
  return ((daysSinceEpoch(y, month, d) * 24 + h) * 60 + m) * 60_000 + s * 1000;
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01, Gregorian calendar. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  let days = before * 365 + leapDays - 719_162;
  for (let earlier = 1; earlier < month; earlier++) days += daysIn(earlier, year);
  return days + day - 1;
}

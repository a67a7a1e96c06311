/** The only place where "5m" becomes seconds, and the only source of the present time. */

/** Milliseconds since 1970. Everything that needs the time takes one of these. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds to the integer seconds of a JWT's NumericDate (RFC 7519 §2). */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * `5m`, `7d`, `90s`, `1.5h`, or a plain number of seconds → seconds. Null when it is none of these.
 * A string of digits is seconds too: `"120"` is two minutes, never 120 milliseconds.
 */
export function parseDuration(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)?$/.exec(value.trim());
  if (match === null) return null;
  return Number(match[1]) * (units[match[2] ?? 's'] as number);
}

/** 300 → `5m`: the shortest whole form, for help texts and documentation. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = units[unit] as number;
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}

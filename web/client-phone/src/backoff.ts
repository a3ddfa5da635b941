/** Seconds to wait before each attempt; the last repeats. The first is short: most breaks are a server's restart. */
const seconds = [0.3, 1, 2, 4, 8, 10] as const;

/** Delay in ms before attempt `n` (from 0), spread by half so that many pages do not come back at the same moment. */
export function backoffMs(attempt: number, random: () => number): number {
  const base = seconds[Math.min(attempt, seconds.length - 1)]!;
  return Math.round(base * 1000 * (0.5 + random()));
}

export const DURATION_UNITS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
export type DurationUnit = keyof typeof DURATION_UNITS;

export interface Duration {
  readonly amount: number;
  readonly unit: DurationUnit;
}

/** Seconds in the largest unit that holds them whole. */
export function durationOf(seconds: number): Duration {
  const units: readonly DurationUnit[] = ['days', 'hours', 'minutes'];
  const unit = units.find((candidate) => seconds % DURATION_UNITS[candidate] === 0) ?? 'seconds';
  return { amount: seconds / DURATION_UNITS[unit], unit };
}

export function secondsOf({ amount, unit }: Duration): number {
  return Math.round(amount * DURATION_UNITS[unit]);
}

/** `2 hours`, `1 minute`. */
export function durationText(seconds: number): string {
  const { amount, unit } = durationOf(seconds);
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`;
}

/** What is wrong with a time that must lie within bounds (seconds, both included); undefined when nothing is. */
export function durationProblem(duration: Duration, { min, max }: { readonly min: number; readonly max: number }) {
  if (!Number.isFinite(duration.amount)) return 'Enter a number.';
  const seconds = secondsOf(duration);
  if (seconds < min || seconds > max) return `Choose between ${durationText(min)} and ${durationText(max)}.`;
  return undefined;
}

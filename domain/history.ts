/**
 * History younger than this is never forgotten, whoever asks: the database refuses it (`forget_deliveries`). Twice the week for which
 * a delivery may still be tried again; shorter, and one that was forgotten would be made, and sent, once more.
 */
export const HISTORY_MIN_DAYS = 14;

/** How long what was told and written is kept, in days; 0: for ever. */
export type RetentionDays = number;

const DAY_MS = 86_400_000;

/**
 * Whether what there was to know of an event at this time (ISO 8601) may have been forgotten by now. Then nobody can say any more that
 * nobody was told of it, and nobody is told of it again.
 */
export function mayBeForgotten(at: string, retentionDays: RetentionDays, now: number): boolean {
  return retentionDays > 0 && Date.parse(at) < now - retentionDays * DAY_MS;
}

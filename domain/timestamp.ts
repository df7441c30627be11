import type { Checked } from './checked';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Reads an RFC 3339 timestamp and gives it in UTC, with at most microseconds (finer ones are cut off, as the database
 * could not tell them apart). Days that do not exist, leap seconds and years outside 1 to 9999 are refused.
 */
export function parseTimestamp(raw: string): Checked<string> {
  const refused = { ok: false, problem: 'must be an RFC 3339 timestamp such as 2026-11-24T09:30:00Z' } as const;
  const match = RFC_3339.exec(raw);
  if (match === null) return refused;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', offset = ''] = match;

  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // JavaScript reads the 30th of February as the 2nd of March, which is not what the caller wrote.
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return refused;
  const zone = offset.toUpperCase();
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (hour === '24' || Number.isNaN(instant.getTime())) return refused;

  const utc = instant.toISOString();
  // PostgreSQL has no year 0, and years beyond 9999 are written with a sign here.
  if (!/^\d{4}-/.test(utc) || utc.startsWith('0000')) return refused;
  const micros = fraction.slice(0, 6);
  return { ok: true, value: `${utc.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}${micros === '' ? '' : `.${micros}`}Z` };
}

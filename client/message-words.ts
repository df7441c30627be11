import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SystemError } from '../domain/errors';

/** A proto enum without its prefix, as protobuf-es generates it: name to number and back. */
type EnumObject = Readonly<Record<string, string | number>>;

/**
 * The domain's word for an enum's number; undefined for 0, which is "not set".
 * @throws SystemError INTERNAL for a number that is newer than this client: a guess would be taken for the truth.
 */
export function wordOf<Word extends string>(
  words: readonly Word[],
  names: EnumObject,
  value: number,
): Word | undefined {
  if (value === 0) return undefined;
  const name = String(names[value] ?? '').toLowerCase();
  const word = words.find((candidate) => candidate === name);
  if (word === undefined) throw unreadable(`holds the enum value ${value}, which this client does not know`);
  return word;
}

/** As `wordOf`, where not set is not allowed. */
export function requiredWordOf<Word extends string>(words: readonly Word[], names: EnumObject, value: number): Word {
  return required(wordOf(words, names, value), 'an enum value');
}

/** A word that travels as text. @throws SystemError INTERNAL for one that is newer than this client. */
export function known<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw unreadable(`holds the word "${text}", which this client does not know`);
  return word;
}

/** The enum's number for a word; 0 for none, and for a word that is no word of the enum a number that no server knows. */
export function numberOf<Value extends number>(names: EnumObject, word: string | null | undefined): Value {
  if (word === undefined || word === null) return 0 as Value;
  const value = names[word.toUpperCase()];
  return (typeof value === 'number' && value !== 0 ? value : UNKNOWN_VALUE) as Value;
}

const UNKNOWN_VALUE = 1_000_000;

/** The message for a moment; for a date that is none one that no server takes, so that it says which field is wrong. */
export function timestampOf(date: Date): Timestamp {
  return Number.isNaN(date.getTime()) ? create(TimestampSchema, { nanos: -1 }) : timestampFromDate(date);
}

/** ISO 8601 in UTC, with milliseconds. */
export function isoOf(timestamp: Timestamp | undefined): string {
  return timestampDate(required(timestamp, 'a time')).toISOString();
}

/** As `isoOf`, of a time that there may not be. */
export function isoOrNull(timestamp: Timestamp | undefined): string | null {
  return timestamp === undefined ? null : isoOf(timestamp);
}

/** @throws SystemError INTERNAL where an answer leaves out what every answer has. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw unreadable(`lacks ${what}`);
  return value;
}

function unreadable(why: string): SystemError {
  return new SystemError('INTERNAL', `The order service's answer ${why}`);
}

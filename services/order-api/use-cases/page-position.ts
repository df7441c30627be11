const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Whether a token's position is one of a list that is sorted by time and then by id. */
export function isTimeAndId(position: readonly string[]): position is readonly [createdAt: string, id: string] {
  return (
    position.length === 2 &&
    TIMESTAMP.test(position[0] ?? '') &&
    !Number.isNaN(Date.parse(position[0] ?? '')) &&
    UUID.test(position[1] ?? '')
  );
}

/** Whether a token's position is a number of a list that is numbered from 1. */
export function isSequence(position: readonly string[]): position is readonly [sequence: string] {
  return position.length === 1 && /^[1-9]\d{0,8}$/.test(position[0] ?? '');
}

/** The same of a table's own numbers, which may be as large as PostgreSQL's bigint. */
export function isBigSequence(position: readonly string[]): position is readonly [sequence: string] {
  return position.length === 1 && /^[1-9]\d{0,17}$/.test(position[0] ?? '');
}

import { ValidationError } from '../../../domain/errors';
import { decodePageToken, encodePageToken, type PageTokenBinding } from '../../../domain/page-token';
import fc from '../../support/fast-check';
import { sha256Hex } from './sha256';

const BINDING: PageTokenBinding = {
  list: 'orders',
  userId: 'a',
  filter: { status: 'pending', customer_phone: '493012345678' },
};
const POSITION = ['2026-11-24T09:30:00.123456Z', '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'] as const;

const isPosition = (position: readonly string[]): position is readonly [string, string] =>
  position.length === 2 && position.every((part) => /^[0-9a-zA-Z:.-]+$/.test(part));
const decode = (token: string, binding = BINDING) => decodePageToken(token, binding, sha256Hex, isPosition);

test('a token gives its position back, to the same list with the same filter only', () => {
  const token = encodePageToken(POSITION, BINDING, sha256Hex);
  expect(token).toMatch(/^[A-Za-z0-9_-]{1,1024}$/);
  expect(decode(token)).toEqual(POSITION);
  expect(decode(token, { ...BINDING, filter: { ...BINDING.filter, source: undefined } })).toEqual(POSITION);
  for (const other of [
    { ...BINDING, userId: 'b' },
    { ...BINDING, list: 'order-events' },
    { ...BINDING, filter: {} },
    { ...BINDING, filter: { ...BINDING.filter, status: 'confirmed' } },
  ]) {
    expect(() => decode(token, other)).toThrow(ValidationError);
  }
});

test('a token does not tell the customer it filters by', () => {
  const token = encodePageToken(POSITION, BINDING, sha256Hex);
  expect(Buffer.from(token, 'base64url').toString()).not.toContain('493012345678');
});

test('a forged position is refused here, not in SQL', () => {
  expect(() => decode(encodePageToken(["'; --", 'x'], BINDING, sha256Hex))).toThrow(ValidationError);
  expect(() => decode(encodePageToken(['1'], BINDING, sha256Hex))).toThrow(ValidationError);
});

test('no other string is a token, and none throws anything but a ValidationError', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'abcXYZ019_-') }),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  );
  fc.assert(fc.property(anything, (token) => expect(() => decode(token)).toThrow(ValidationError)));
});

import { createHmac } from 'node:crypto';
import { issueConfirmationKey, readConfirmationKey } from '../../../domain/booking/confirmation-key';
import { parseSigningKeys } from '../../../platform/confirmation-signing';
import { KeyringError } from '../../../platform/keyring';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const entry = (id: string, key: Buffer) => `${id}:${key.toString('base64')}`;

const CLAIM = {
  userId: 'bakery',
  version: 7,
  bookingId: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
  digest: 'd'.repeat(64),
  expiresAt: '2026-11-25T12:00:00.000Z',
};

describe('the keys that sign confirmations', () => {
  test('make HMAC-SHA-256 of the text in UTF-8, as 43 characters of base64url', () => {
    const { current } = parseSigningKeys(entry('k1', NEW));
    const expected = createHmac('sha256', NEW).update(Buffer.from('Zoë ✓', 'utf8')).digest('base64url');
    expect(current).toMatchObject({ id: 'k1' });
    expect(current.mac('Zoë ✓')).toBe(expected);
    expect(current.mac('')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test('are rotated: the first one signs, all verify, and one that was dropped does not', () => {
    const before = parseSigningKeys(entry('old', OLD));
    const rotated = parseSigningKeys(`${entry('new', NEW)},${entry('old', OLD)}`);
    const after = parseSigningKeys(entry('new', NEW));
    const key = issueConfirmationKey(CLAIM, before.current);
    const next = issueConfirmationKey(CLAIM, rotated.current);

    expect(readConfirmationKey(key, 'bakery', rotated.macOf)?.isFor(CLAIM.digest)).toBe(true);
    expect(readConfirmationKey(next, 'bakery', rotated.macOf)).toMatchObject({ bookingId: CLAIM.bookingId });
    expect(readConfirmationKey(next, 'bakery', after.macOf)).toBeDefined();
    expect(readConfirmationKey(key, 'bakery', after.macOf)).toBeUndefined();
  });

  test('of one id and another secret do not verify each other', () => {
    const key = issueConfirmationKey(CLAIM, parseSigningKeys(entry('k', OLD)).current);
    expect(readConfirmationKey(key, 'bakery', parseSigningKeys(entry('k', NEW)).macOf)).toBeUndefined();
  });

  test('have ids that fit into a confirmation, and are not quoted when they do not', () => {
    for (const id of ['a.b', 'x'.repeat(33)]) {
      expect(() => parseSigningKeys(`${entry('good', NEW)},${entry(id, OLD)}`)).toThrow(KeyringError);
    }
    expect(parseSigningKeys(entry('x'.repeat(32), OLD)).current.id).toHaveLength(32);
  });

  test('never stand in the message that says what is wrong with them', () => {
    for (const bad of [OLD.toString('base64'), `k:${OLD.toString('base64').slice(4)}`, `${entry('k', OLD)},`, '']) {
      const read = () => parseSigningKeys(bad);
      expect(read).toThrow(KeyringError);
      expect(read).not.toThrow(OLD.toString('base64').slice(4, 20));
    }
  });
});

import { createHash } from 'node:crypto';
import { generateApiKey, hashApiKey, parseApiKey } from '../../../platform/api-key';

describe('API keys', () => {
  test('are made of a prefix that may be shown and 256 random bits', () => {
    const { key, prefix } = generateApiKey();
    expect(key).toMatch(/^obk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/);
    expect(key.startsWith(`${prefix}_`)).toBe(true);
    expect(Buffer.from(key.slice(prefix.length + 1), 'base64url')).toHaveLength(32);
  });

  test('are read again with their prefix, also when the secret has underscores in it', () => {
    for (let i = 0; i < 200; i += 1) {
      const { key, prefix } = generateApiKey();
      expect(parseApiKey(key)).toEqual({ prefix });
    }
    expect(parseApiKey(`obk_abcd1234_${'_'.repeat(43)}`)).toEqual({ prefix: 'obk_abcd1234' });
  });

  test.each([
    '',
    'obk_abcd1234',
    `obk_abcd1234_${'a'.repeat(42)}`,
    `obk_abcd1234_${'a'.repeat(44)}`,
    `obk_ABCD1234_${'a'.repeat(43)}`,
    `sk_abcd1234_${'a'.repeat(43)}`,
    `obk_abcd1234_${'a'.repeat(43)}\n`,
    `obk_abcd1234_${'a'.repeat(42)}é`,
  ])('do not look like %p', (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  test('are stored as their SHA-256', () => {
    const { key } = generateApiKey();
    expect(hashApiKey(key)).toEqual(createHash('sha256').update(key).digest());
    expect(hashApiKey(key)).not.toEqual(hashApiKey(generateApiKey().key));
  });
});

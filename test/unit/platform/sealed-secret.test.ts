import { parseKeyring } from '../../../platform/keyring';
import { open, SealedSecretError, seal } from '../../../platform/sealed-secret';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const KEYRING = parseKeyring(`k1:${key(1)}`);
const CONTEXT = 'sheets_credentials:bakery';
const SECRET = '{"private_key":"-----BEGIN…","client_email":"bücher@example.com"}';

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof SealedSecretError ? error.code : 'another error';
  }
}

describe('a sealed secret', () => {
  test.each([SECRET, '', 'x'.repeat(100_000), '\u0000\u{1F511}'])('opens to what was sealed', (secret) => {
    expect(open(KEYRING, seal(KEYRING, secret, CONTEXT), CONTEXT)).toBe(secret);
  });

  test('is another text every time, shows nothing of the secret, and may stand in a cookie', () => {
    const sealed = new Set(Array.from({ length: 100 }, () => seal(KEYRING, SECRET, CONTEXT)));
    expect(sealed.size).toBe(100);
    for (const text of sealed) {
      expect(text).toMatch(/^v1\.k1\.[A-Za-z0-9_-]+$/);
      expect(Buffer.from(text.slice(6), 'base64url').toString('latin1')).not.toContain('BEGIN');
    }
  });

  test('opens after its key became an older one, and not once that is gone', () => {
    const sealed = seal(KEYRING, SECRET, CONTEXT);
    const rotated = parseKeyring(`k2:${key(2)},k1:${key(1)}`);
    expect(open(rotated, sealed, CONTEXT)).toBe(SECRET);
    expect(seal(rotated, SECRET, CONTEXT)).toMatch(/^v1\.k2\./);
    expect(codeOf(() => open(parseKeyring(`k2:${key(2)}`), sealed, CONTEXT))).toBe('UNKNOWN_SECRETS_KEY');
  });

  test('opens under a key id with dots', () => {
    const dotted = parseKeyring(`2026.11.v1.k:${key(1)}`);
    expect(open(dotted, seal(dotted, SECRET, CONTEXT), CONTEXT)).toBe(SECRET);
  });

  test('does not open with another key of the same id', () => {
    const other = parseKeyring(`k1:${key(3)}`);
    expect(codeOf(() => open(other, seal(KEYRING, SECRET, CONTEXT), CONTEXT))).toBe('SECRET_NOT_AUTHENTIC');
  });

  test('does not open as another tenant’s, nor as something else', () => {
    const sealed = seal(KEYRING, SECRET, CONTEXT);
    for (const context of ['sheets_credentials:pizzeria', 'session', '', `${CONTEXT} `, 'k1:sheets_credentials:bakery'])
      expect(codeOf(() => open(KEYRING, sealed, context))).toBe('SECRET_NOT_AUTHENTIC');
  });

  test('does not open under another key id than its own', () => {
    const keyring = parseKeyring(`k1:${key(1)},k2:${key(1)}`);
    const relabelled = seal(keyring, SECRET, CONTEXT).replace('v1.k1.', 'v1.k2.');
    expect(codeOf(() => open(keyring, relabelled, CONTEXT))).toBe('SECRET_NOT_AUTHENTIC');
  });

  test('does not open with any one bit changed', () => {
    const sealed = seal(KEYRING, 'short', CONTEXT);
    const data = Buffer.from(sealed.slice('v1.k1.'.length), 'base64url');
    for (let bit = 0; bit < data.length * 8; bit += 1) {
      const changed = Buffer.from(data);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(codeOf(() => open(KEYRING, `v1.k1.${changed.toString('base64url')}`, CONTEXT))).toBe(
        'SECRET_NOT_AUTHENTIC',
      );
    }
  });

  test('is written in one way only', () => {
    const sealed = seal(KEYRING, 'ab', CONTEXT);
    const last = sealed.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const character of alphabet) {
      const outcome = codeOf(() => open(KEYRING, sealed.slice(0, -1) + character, CONTEXT));
      expect(outcome === undefined).toBe(character === last);
    }
  });

  test.each([
    '',
    'v1',
    'v1.k1',
    'v1.k1.',
    'v1.k1.AAAA',
    'v2.k1.AAAA',
    'v1.k 1.AAAA',
    `v1.k1.${'A'.repeat(36)}`,
    SECRET,
  ])('is not %j', (text) => {
    expect(codeOf(() => open(KEYRING, text, CONTEXT))).toBe('NOT_SEALED');
  });
});

test('no message says anything of the secret or of a key', () => {
  const sealed = seal(KEYRING, SECRET, CONTEXT);
  for (const act of [
    () => open(KEYRING, SECRET, CONTEXT),
    () => open(KEYRING, sealed, 'x'),
    () => open(parseKeyring(`k2:${key(2)}`), sealed, CONTEXT),
  ])
    expect(act).not.toThrow(/BEGIN|bücher|AQEB/);
});

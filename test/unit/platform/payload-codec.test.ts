import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { EncryptionCodec, KeyringError, PayloadDecryptionError, parseKeyring } from '../../../platform/payload-codec';
import fc from '../../support/fast-check';

const keyText = () => randomBytes(32).toString('base64');
const OLD = `old:${keyText()}`;
const NEW = `new:${keyText()}`;
const codec = (keys: string) => new EncryptionCodec(parseKeyring(keys));

async function encrypted(keys: string, value: unknown): Promise<Payload> {
  const [payload] = await codec(keys).encode([defaultPayloadConverter.toPayload(value) as Payload]);
  if (payload === undefined) throw new Error('no payload');
  return payload;
}

async function decrypted(keys: string, payload: Payload): Promise<unknown> {
  const [plain] = await codec(keys).decode([payload]);
  if (plain === undefined) throw new Error('no payload');
  return defaultPayloadConverter.fromPayload(plain);
}

const dataOf = (payload: Payload): Buffer => Buffer.from(payload.data ?? []);
const metadataOf = (payload: Payload, name: string) => Buffer.from(payload.metadata?.[name] ?? []).toString();

describe('EncryptionCodec', () => {
  test('any values come back as they were, in their order', async () => {
    const subject = codec(NEW);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), fc.uint8Array()), { maxLength: 5 }), async (values) => {
        const payloads = values.map((value) => defaultPayloadConverter.toPayload(value) as Payload);
        const back = await subject.decode(await subject.encode(payloads));
        expect(back.map((p) => defaultPayloadConverter.fromPayload(p))).toEqual(
          payloads.map((p) => defaultPayloadConverter.fromPayload(p)),
        );
      }),
    );
  });

  test('hides the value and its encoding, and says which key opens it', async () => {
    const payload = await encrypted(NEW, { customerName: 'Ada Canary' });
    expect(metadataOf(payload, 'encoding')).toBe('binary/encrypted');
    expect(metadataOf(payload, 'encryption-key-id')).toBe('new');
    expect(Object.keys(payload.metadata ?? {})).toHaveLength(2);
    expect(dataOf(payload).toString('latin1')).not.toMatch(/Canary|customerName/);
  });

  test('never encrypts the same value to the same bytes', async () => {
    const [a, b] = [await encrypted(NEW, 'x'), await encrypted(NEW, 'x')];
    expect(dataOf(a).equals(dataOf(b))).toBe(false);
    expect(dataOf(a).subarray(0, 12).equals(dataOf(b).subarray(0, 12))).toBe(false);
  });

  test('after a rotation, the first key encrypts and the older one still decrypts', async () => {
    const before = await encrypted(OLD, 'written before');
    const rotated = `${NEW},${OLD}`;
    expect(await decrypted(rotated, before)).toBe('written before');
    expect(metadataOf(await encrypted(rotated, 'written after'), 'encryption-key-id')).toBe('new');
  });

  test('payloads that are not encrypted pass as they are', async () => {
    const plain = defaultPayloadConverter.toPayload({ from: 'the CLI' }) as Payload;
    expect(await codec(NEW).decode([plain, {}])).toEqual([plain, {}]);
  });

  test('a key that is not in the keyring is named', async () => {
    const refusal = expect(decrypted(NEW, await encrypted(OLD, 'x'))).rejects;
    await refusal.toThrow(PayloadDecryptionError);
    await refusal.toMatchObject({ code: 'UNKNOWN_ENCRYPTION_KEY', message: expect.stringContaining('old') });
  });

  test('another key under the same id is refused', async () => {
    const payload = await encrypted(NEW, 'x');
    await expect(decrypted(`new:${keyText()}`, payload)).rejects.toMatchObject({ code: 'PAYLOAD_NOT_AUTHENTIC' });
  });

  test('a payload relabelled to another id with the same key is refused', async () => {
    const key = keyText();
    const payload = await encrypted(`a:${key}`, 'x');
    const relabelled = { ...payload, metadata: { ...payload.metadata, 'encryption-key-id': Buffer.from('b') } };
    await expect(decrypted(`b:${key}`, relabelled)).rejects.toMatchObject({ code: 'PAYLOAD_NOT_AUTHENTIC' });
  });

  test('no bit of the data can be changed', async () => {
    const payload = await encrypted(NEW, 'short');
    const length = dataOf(payload).length;
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), async (index, mask) => {
        const data = dataOf(payload);
        data.writeUInt8(data.readUInt8(index) ^ mask, index);
        await expect(decrypted(NEW, { ...payload, data })).rejects.toMatchObject({ code: 'PAYLOAD_NOT_AUTHENTIC' });
      }),
    );
  });

  test('no part of the data can be cut off', async () => {
    const payload = await encrypted(NEW, 'short');
    for (let length = 0; length < dataOf(payload).length; length += 1) {
      const cut = { ...payload, data: dataOf(payload).subarray(0, length) };
      await expect(decrypted(NEW, cut)).rejects.toMatchObject({
        code: length < 28 ? 'PAYLOAD_TRUNCATED' : 'PAYLOAD_NOT_AUTHENTIC',
      });
    }
    await expect(decrypted(NEW, { metadata: payload.metadata ?? {} })).rejects.toMatchObject({
      code: 'PAYLOAD_TRUNCATED',
    });
  });

  test('an error never quotes what a payload calls its key', async () => {
    const payload = await encrypted(NEW, 'x');
    const odd = { ...payload, metadata: { ...payload.metadata, 'encryption-key-id': Buffer.from('Ada Canary\n') } };
    await expect(decrypted(NEW, odd)).rejects.toThrow(/\(not a key id\)/);
  });
});

describe('parseKeyring', () => {
  test('the first key is the one that encrypts; white space around entries does not matter', () => {
    const { current, keys } = parseKeyring(` ${NEW} , ${OLD} `);
    expect(current.id).toBe('new');
    expect([...keys.keys()]).toEqual(['new', 'old']);
  });

  test.each([
    ['nothing', ''],
    ['a key without an id', keyText()],
    ['an empty id', `:${keyText()}`],
    ['16 bytes', `k:${randomBytes(16).toString('base64')}`],
    ['33 bytes', `k:${randomBytes(33).toString('base64')}`],
    ['base64 that is none', `k:${'*'.repeat(44)}`],
    ['an empty second entry', `${NEW},`],
    ['one id twice', `${NEW},new:${keyText()}`],
    ['three parts', `${NEW}:x`],
  ])('refuses %s without quoting a key', (_what, text) => {
    let message = '';
    try {
      parseKeyring(text);
    } catch (error) {
      expect(error).toBeInstanceOf(KeyringError);
      message = String(error);
    }
    expect(message).toMatch(/KeyringError/);
    expect(message).not.toMatch(/[A-Za-z0-9+/*]{20,}/);
  });
});

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets } from '../../../deploy/local/stack/secrets';
import { parseApiKey } from '../../../platform/api-key';
import { parseSigningKeys } from '../../../platform/confirmation-signing';
import { parseKeyring } from '../../../platform/keyring';

describe('the secrets of a data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  const path = join(folder, 'secrets.json');

  beforeEach(() => rmSync(path, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are made once and stay the same', () => {
    expect(loadSecrets(path)).toEqual(loadSecrets(path));
  });

  it('are of the form that the services accept', () => {
    const { payloadEncryptionKeys, confirmationSigningKeys, secretsEncryptionKeys, demo, demo2 } = loadSecrets(path);
    expect(() => parseKeyring(payloadEncryptionKeys)).not.toThrow();
    expect(() => parseSigningKeys(confirmationSigningKeys)).not.toThrow();
    expect(() => parseKeyring(secretsEncryptionKeys)).not.toThrow();
    expect(new Set([payloadEncryptionKeys, confirmationSigningKeys, secretsEncryptionKeys]).size).toBe(3);
    const keys = [...Object.values(demo), ...Object.values(demo2)];
    expect(keys.every((key) => parseApiKey(key) !== undefined)).toBe(true);
    expect(new Set(keys).size).toBe(6);
  });

  it('of a folder from before there were bookings stay, and get the keys that stay as well', () => {
    const { confirmationSigningKeys: _, secretsEncryptionKeys: __, ...before } = loadSecrets(path);
    writeFileSync(path, JSON.stringify(before));
    const after = loadSecrets(path);
    expect(after).toMatchObject(before);
    expect(loadSecrets(path)).toEqual(after);
    expect(readFileSync(path, 'utf8')).toContain(after.confirmationSigningKeys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('of a folder from before there were secrets to keep stay, and get a key for them', () => {
    const { secretsEncryptionKeys: _, ...before } = loadSecrets(path);
    writeFileSync(path, JSON.stringify(before));
    const after = loadSecrets(path);
    expect(after).toMatchObject(before);
    expect(() => parseKeyring(after.secretsEncryptionKeys)).not.toThrow();
    expect(loadSecrets(path)).toEqual(after);
  });

  it('are readable by their owner only', () => {
    loadSecrets(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('are never replaced when the file is damaged, since the data would not fit new ones', () => {
    writeFileSync(path, '{"payloadEncryptionKeys":');
    expect(() => loadSecrets(path)).toThrow(/is damaged: .*--reset/);
  });
});

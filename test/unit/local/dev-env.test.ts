import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoTenants } from '../../../deploy/local/stack/demo-tenants';
import { type EmbeddedPart, withoutOwnAddresses, writeDevEnv } from '../../../deploy/local/stack/dev-env';
import { loadSecrets } from '../../../deploy/local/stack/secrets';

describe('dev.env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-env-'));
  const path = join(folder, 'dev.env');
  const addresses = {
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    DATABASE_URL: 'postgres://service@127.0.0.1:5433/orderbooking',
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  function write(embedded: readonly EmbeddedPart[]): void {
    const secrets = loadSecrets(join(folder, 'secrets.json'));
    const tenants = demoTenants(secrets, new Date(), { sheets: true });
    writeDevEnv(path, { embedded, addresses: { ...addresses, TEMPORAL_UI_URL: undefined }, tenants, secrets });
  }

  it('is readable by its owner only', () => {
    write(['postgres', 'temporal']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes back our own addresses from an environment that sourced it', () => {
    write(['postgres', 'temporal']);
    expect(withoutOwnAddresses({ ...addresses, HOME: '/home/ada' }, path)).toEqual({ HOME: '/home/ada' });
  });

  it('leaves the address of a server that is not ours', () => {
    write(['postgres']);
    expect(withoutOwnAddresses(addresses, path)).toEqual({ TEMPORAL_ADDRESS: addresses.TEMPORAL_ADDRESS });
  });

  it('leaves an address that was changed since', () => {
    write(['postgres', 'temporal']);
    const env = { TEMPORAL_ADDRESS: 'temporal.example:7233' };
    expect(withoutOwnAddresses(env, path)).toEqual(env);
  });

  it('changes nothing when there is no file yet', () => {
    expect(withoutOwnAddresses(addresses, join(folder, 'none'))).toEqual(addresses);
  });
});

import { keepServerKey } from '../../../persistence/notifications/keep-server-key';
import { parseKeyring } from '../../../platform/keyring';
import { makeVapidKeys, openVapidKeys } from '../../../platform/vapid-keys';
import { createDatabase, type TestDatabase } from '../../support/database';

const KEYRING = parseKeyring(`test:${Buffer.alloc(32, 5).toString('base64')}`);

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.close());

it("an installation's keys are made once, by whoever comes first, and are the same for all who come at once", async () => {
  let made = 0;
  const make = () => {
    made += 1;
    return makeVapidKeys(KEYRING);
  };
  const kept = await Promise.all(Array.from({ length: 20 }, () => keepServerKey(database.service, 'vapid', make)));
  expect(new Set(kept.map((key) => JSON.stringify(key))).size).toBe(1);
  const before = made;
  expect(await keepServerKey(database.service, 'vapid', make)).toEqual(kept[0]);
  expect(made).toBe(before);
});

it('only the sealed half of the private key is in the table, and it opens to a key of the size of RFC 8292', async () => {
  const kept = await keepServerKey(database.service, 'vapid', () => makeVapidKeys(KEYRING));
  const keys = openVapidKeys(KEYRING, kept);
  expect(Buffer.from(keys.publicKey, 'base64url')).toHaveLength(65);
  expect(Buffer.from(keys.privateKey, 'base64url')).toHaveLength(32);
  const { rows } = await database.owner.query<{ row: string }>('SELECT server_keys::text AS row FROM server_keys');
  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toContain(keys.privateKey);
});

it('the services cannot change or take away a key that is there', async () => {
  await keepServerKey(database.service, 'vapid', () => makeVapidKeys(KEYRING));
  for (const statement of ["UPDATE server_keys SET public_key = ''", 'DELETE FROM server_keys']) {
    await expect(database.service.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
});

import { randomUUID } from 'node:crypto';
import type { Scope } from '../../../domain/access';
import { authenticateApiKey } from '../../../persistence/api-keys/authenticate-api-key';
import { seedTenant } from '../../../persistence/tenants/seed-tenant';
import { generateApiKey, hashApiKey } from '../../../platform/api-key';
import { createDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.close());

async function issue(scopes: readonly Scope[] = ['orders:read', 'orders:write']) {
  const userId = `t-${randomUUID().slice(0, 13)}`;
  const { key, prefix } = generateApiKey();
  const seed = { userId, name: 'Tenant', keys: [{ key, name: 'a key', scopes }] };
  const client = await database.owner.connect();
  try {
    await seedTenant(client, seed);
    await seedTenant(client, seed);
  } finally {
    client.release();
  }
  return { userId, key, prefix, ask: () => authenticateApiKey(database.service, hashApiKey(key)) };
}

const setOnKey = (userId: string, assignment: string) =>
  database.owner.query(`UPDATE api_keys SET ${assignment} WHERE user_id = $1`, [userId]);

describe('an API key', () => {
  it('tells its tenant, its id, its prefix and its scopes', async () => {
    const { userId, prefix, ask } = await issue();
    const { rows } = await database.owner.query<{ id: string }>('SELECT id FROM api_keys WHERE user_id = $1', [userId]);

    expect(rows).toHaveLength(1);
    expect(await ask()).toEqual({
      userId,
      keyId: rows[0]?.id,
      keyPrefix: prefix,
      scopes: ['orders:read', 'orders:write'],
    });
  });

  it('of one tenant says nothing of another one', async () => {
    const [a, b] = [await issue(), await issue(['ai:book'])];

    expect((await a.ask())?.userId).toBe(a.userId);
    expect(await b.ask()).toMatchObject({ userId: b.userId, scopes: ['ai:book'] });
  });

  it("is nobody's when it was never issued, or is off by one character", async () => {
    const { key } = await issue();

    expect(await authenticateApiKey(database.service, hashApiKey(generateApiKey().key))).toBeUndefined();
    expect(await authenticateApiKey(database.service, hashApiKey(key.slice(0, -1)))).toBeUndefined();
    expect(await authenticateApiKey(database.service, Buffer.alloc(32))).toBeUndefined();
    expect(await authenticateApiKey(database.service, Buffer.alloc(0))).toBeUndefined();
  });

  it.each([
    ['is revoked', 'revoked_at = now()'],
    ['has expired', "expires_at = now() - interval '1 ms'"],
    ['is revoked and would not expire yet', "revoked_at = now(), expires_at = now() + interval '1 day'"],
  ])("is nobody's once it %s", async (_, assignment) => {
    const { userId, ask } = await issue();
    expect(await ask()).toBeDefined();
    await setOnKey(userId, assignment);

    expect(await ask()).toBeUndefined();
  });

  it('is good until it expires', async () => {
    const { userId, ask } = await issue();
    await setOnKey(userId, "expires_at = now() + interval '1 hour'");

    expect(await ask()).toMatchObject({ userId });
  });

  it('is never stored itself', async () => {
    const { userId, key } = await issue();
    const { rows } = await database.owner.query<{ row: string }>(
      'SELECT k::text AS row FROM api_keys k WHERE user_id = $1',
      [userId],
    );

    expect(rows[0]?.row).not.toContain(key.slice(-43));
    expect(rows[0]?.row).not.toContain(Buffer.from(key).toString('hex'));
  });

  it('with a scope that we do not have cannot be made', async () => {
    await expect(issue(['orders:delete' as Scope])).rejects.toMatchObject({ code: '23514' });
  });
});

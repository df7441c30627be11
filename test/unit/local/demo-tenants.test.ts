import { demoTenants } from '../../../deploy/local/stack/demo-tenants';

describe('the demo tenants', () => {
  const keys = { api: 'api', ai: 'ai', admin: 'admin' };
  const secrets = {
    payloadEncryptionKeys: '',
    confirmationSigningKeys: '',
    secretsEncryptionKeys: '',
    servicePassword: '',
    demo: keys,
    demo2: keys,
  };
  const now = new Date('2026-12-31T23:59:59Z');
  const [bakery, pizzeria] = demoTenants(secrets, now, { sheets: true });

  it('are two with different ids', () => {
    expect([bakery?.userId, pizzeria?.userId]).toEqual(['bakery-demo', 'pizzeria-demo']);
  });

  it('have a key for orders, one for the AI door alone, and one for administration', () => {
    expect(bakery?.keys.map(({ scopes }) => scopes)).toEqual([['orders:read', 'orders:write'], ['ai:book'], ['admin']]);
  });

  it('have slots that all lie ahead', () => {
    expect(bakery?.slots?.length).toBeGreaterThan(0);
    expect(bakery?.slots?.every(({ startsAt, endsAt }) => startsAt > now && endsAt > startsAt)).toBe(true);
  });

  it('get the same slot ids at every start of a day, so that restarts add none', () => {
    const ids = (at: string) => demoTenants(secrets, new Date(at), { sheets: true })[0]?.slots?.map(({ id }) => id);
    expect(ids('2026-12-31T00:00:00Z')).toEqual(ids('2026-12-31T23:59:59Z'));
  });

  it('have a sheet of their own each in the stand-in, and none where the sheets are real', () => {
    const sheetsOf = (sheets: boolean) =>
      demoTenants(secrets, now, { sheets }).map(({ sheet }) => sheet?.spreadsheetId);
    expect(sheetsOf(true)).toEqual(['bakery-demo-orders', 'pizzeria-demo-orders']);
    expect(sheetsOf(false)).toEqual([undefined, undefined]);
  });
});

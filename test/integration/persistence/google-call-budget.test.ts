import { createHash, randomUUID } from 'node:crypto';
import {
  blockGoogleCalls,
  bookGoogleCall,
  type GoogleCallKind,
  googleBlockedFor,
} from '../../../persistence/sheets/google-call-budget';
import { accountBudget } from '../../../services/sync-worker/google/account-budget';
import { createDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.close());

const newAccount = () => createHash('sha256').update(randomUUID()).digest('hex');
/** Longer than a test may take: what is booked is not free again before its end, however slow the machine is. */
const EVERY = 120_000;
const BUDGET = { burst: 5, everyMs: EVERY };
const tryToBook = (account: string, withinMs?: number) =>
  bookGoogleCall(database.service, { account, kind: 'write', budget: BUDGET, withinMs });
async function book(account: string, kind: GoogleCallKind = 'write'): Promise<number> {
  return (await bookGoogleCall(database.service, { account, kind, budget: BUDGET })) ?? Number.NaN;
}

describe('the budget of a service account', () => {
  it('lets some calls through at once and has each later one wait its turn', async () => {
    const account = newAccount();
    const waits: number[] = [];
    for (let call = 0; call < 8; call += 1) waits.push(await book(account));
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    for (const [index, wait] of waits.slice(5).entries()) {
      expect(wait).toBeGreaterThan((index + 1) * EVERY - EVERY / 2);
      expect(wait).toBeLessThanOrEqual((index + 1) * EVERY);
    }
  });

  it('gives a hundred callers at once a hundred places, none twice', async () => {
    const account = newAccount();
    const waits = await Promise.all(Array.from({ length: 100 }, () => book(account)));
    const later = waits.filter((wait) => wait > 0).toSorted((a, b) => a - b);
    expect(later).toHaveLength(95);
    for (const [index, wait] of later.slice(1).entries()) expect(wait - (later[index] ?? 0)).toBeGreaterThan(EVERY / 2);
  });

  it('books nothing for a caller who would not wait for it, however often it asks', async () => {
    const account = newAccount();
    for (let call = 0; call < 5; call += 1) expect(await tryToBook(account, 0)).toBe(0);
    const asked = await Promise.all(Array.from({ length: 50 }, () => tryToBook(account, EVERY / 2)));
    expect(asked).toEqual(asked.map(() => undefined));
    const next = await book(account);
    expect(next).toBeLessThanOrEqual(EVERY);
    expect(await tryToBook(account, EVERY / 2)).toBeUndefined();
    expect(await tryToBook(account, 3 * EVERY)).toBeGreaterThan(next);
    await blockGoogleCalls(database.service, account, 30 * EVERY);
    expect(await tryToBook(account, 10 * EVERY)).toBeUndefined();
    expect(await tryToBook(account, 40 * EVERY)).toBeGreaterThan(29 * EVERY);
  });

  it('counts reads and writes apart, and accounts too', async () => {
    const account = newAccount();
    for (let call = 0; call < 6; call += 1) await book(account, 'read');
    expect(await book(account, 'write')).toBe(0);
    expect(await book(newAccount(), 'read')).toBe(0);
    expect(await book(account, 'read')).toBeGreaterThan(0);
  });

  it('has every call wait while Google wants to be left alone, and none longer than it wants', async () => {
    const account = newAccount();
    await book(account, 'read');
    await book(account, 'write');
    await blockGoogleCalls(database.service, account, 30 * EVERY);
    await blockGoogleCalls(database.service, account, 10 * EVERY);
    for (const kind of ['read', 'write'] as const) {
      const wait = await book(account, kind);
      expect(wait).toBeGreaterThan(29 * EVERY);
      expect(wait).toBeLessThanOrEqual(30 * EVERY);
    }
    expect(await googleBlockedFor(database.service, account)).toBeGreaterThan(29 * EVERY);
    expect(await googleBlockedFor(database.service, newAccount())).toBe(0);
    expect(await book(newAccount())).toBe(0);
  });

  it.each([1, 2, 10, 55, 300])('of %s calls a minute is never more than that in any minute', (callsPerMinute) => {
    const { burst, everyMs } = accountBudget(callsPerMinute);
    expect(burst).toBeGreaterThanOrEqual(1);
    // One more than fits: two bursts a minute apart touch.
    expect(burst + Math.floor(60_000 / everyMs)).toBeLessThanOrEqual(Math.max(2, callsPerMinute));
  });
});

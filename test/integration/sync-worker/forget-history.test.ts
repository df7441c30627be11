import { createLogger } from '../../../platform/logger';
import {
  createForgetHistory,
  type ForgetHistoryDependencies,
} from '../../../services/sync-worker/activities/forget-history';
import { createDatabase, type TestDatabase } from '../../support/database';
import { type History, historyIn } from '../../support/history';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let history: History;
let shop: Shop;
let lines: string[];

beforeEach(async () => {
  database = await createDatabase();
  history = historyIn(database.owner);
  shop = await openShop(database);
  lines = [];
});
afterEach(() => database.close());

const forget = (more: Partial<ForgetHistoryDependencies> = {}, signal?: AbortSignal) =>
  createForgetHistory({
    pool: database.service,
    logger: createLogger({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }),
    retentionDays: 90,
    batch: 10,
    ...more,
  })(signal);
const left = async () => {
  const { rows } = await database.owner.query(
    `SELECT (SELECT count(*)::int FROM notification_deliveries) AS deliveries,
       (SELECT count(*)::int FROM notification_attempts) AS attempts,
       (SELECT count(*)::int FROM sheet_sync_attempts) AS "sheetAttempts"`,
  );
  return rows[0];
};

it('forgets batch after batch until nothing is too old any more, and says how much that was', async () => {
  await history.much(shop.userId, 35, 91);
  await history.much(shop.userId, 7, 1);
  expect(await forget()).toEqual({ deliveries: 35, sheetAttempts: 35, more: false });
  expect(await left()).toEqual({ deliveries: 7, attempts: 14, sheetAttempts: 7 });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'historyForgotten', kind: 'deliveries', count: 35 },
    { event: 'historyForgotten', kind: 'sheet_attempts', count: 35 },
  ]);
  expect(await forget()).toEqual({ deliveries: 0, sheetAttempts: 0, more: false });
  expect(lines).toHaveLength(2);
});

it('forgets nothing where all is to be kept', async () => {
  await history.much(shop.userId, 5, 4_000);
  expect(await forget({ retentionDays: 0 })).toEqual({ deliveries: 0, sheetAttempts: 0, more: false });
  expect(await left()).toEqual({ deliveries: 5, attempts: 10, sheetAttempts: 5 });
});

it('leaves the rest for the next time when its time is over, or the worker stops: a batch of each is done by then', async () => {
  await history.much(shop.userId, 25, 91);
  expect(await forget({ budgetMs: 0.000_001 })).toEqual({ deliveries: 0, sheetAttempts: 0, more: true });
  const stop = new AbortController();
  const stopping = forget({}, stop.signal);
  stop.abort();
  expect(await stopping).toEqual({ deliveries: 10, sheetAttempts: 10, more: true });
  expect(await left()).toEqual({ deliveries: 15, attempts: 30, sheetAttempts: 15 });
  expect(await forget()).toEqual({ deliveries: 15, sheetAttempts: 15, more: false });
});

it('leaves it to Temporal to try again when the database is away', async () => {
  await history.much(shop.userId, 5, 91);
  const pool = { query: () => Promise.reject(Object.assign(new Error('secret'), { code: '57P01' })) };
  await expect(forget({ pool: pool as never })).rejects.toMatchObject({ type: 'UNAVAILABLE', nonRetryable: false });
  await expect(forget({ retentionDays: 13 })).rejects.toMatchObject({ type: 'INTERNAL', nonRetryable: true });
});

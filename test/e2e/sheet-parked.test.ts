import { createHash, randomUUID } from 'node:crypto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Fault } from '../../deploy/local/sheets/server/fault';
import { webhookSecretContext } from '../../domain/notification';
import { parseKeyring } from '../../platform/keyring';
import { seal } from '../../platform/sealed-secret';
import { sheetSyncQuery } from '../../workflows/sheet-contract';
import { CANARY } from '../support/canary';
import { eventually } from '../support/eventually';
import { countEvents, searchAttributes } from '../support/histories';
import type { ServiceProcess } from '../support/services';
import { TEST_SECRETS_KEYS } from '../support/services';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import type { SheetShop, SheetView } from '../support/sheet-shop';
import type { SheetDesk } from '../support/sheet-suite';
import { subscriptionsIn } from '../support/subscriptions';
import { startReceiver } from '../support/webhook-receiver';

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;

let scene: SheetScene;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createSheetScene({ quota: 'none' });
  worker = await scene.startSync({
    SHEETS_CALLS_PER_MINUTE: '6000',
    SHEETS_RETRY_MS: '10',
    ALLOW_LOOPBACK_TARGETS: 'true',
    SHEET_SWEEP_SECONDS: '1',
  });
});
beforeEach(() => scene.google.heal());
afterAll(() => scene.close());

const untilParked = ({ shop }: SheetDesk) =>
  eventually('the sheet to be parked', async () => (await shop.parkedCause()) ?? undefined);
const calls = ({ view }: SheetDesk) => scene.google.calls({ spreadsheet_id: view.spreadsheetId });

/** A sheet with orders in it, written with the shared account or another one. */
async function filled(account?: Account): Promise<SheetDesk> {
  const desk = await scene.openShop();
  if (account !== undefined) await useAccount(desk, account);
  await desk.shop.placeMany(3);
  await desk.shop.untilSynced();
  return desk;
}

type Account = Awaited<ReturnType<SheetScene['google']['serviceAccount']>>;

async function useAccount({ shop, view }: SheetDesk, account: Account): Promise<void> {
  await scene.google.act(view.spreadsheetId, { do: 'share', email: account.client_email });
  await shop.change({ sheets_credentials: sealed(shop, account) });
}

const sealed = ({ userId }: SheetShop, json: object) =>
  seal(parseKeyring(TEST_SECRETS_KEYS), JSON.stringify(json), `sheets_credentials:${userId}`);

/** Sealed, of an account that the spreadsheet is shared with. */
async function ownCredentials(shop: SheetShop, { spreadsheetId }: SheetView): Promise<string> {
  const own = await scene.google.serviceAccount(`own-${randomUUID().slice(0, 8)}`);
  await scene.google.act(spreadsheetId, { do: 'share', email: own.client_email });
  return sealed(shop, own);
}

describe('what does not pass by waiting', () => {
  const WRONG: readonly (readonly [string, Fault & { do: 'refuse' }, string])[] = [
    ['401', { do: 'refuse', status: 401 }, 'credentials_invalid'],
    ['403', { do: 'refuse', status: 403 }, 'not_shared'],
    ['404', { do: 'refuse', status: 404 }, 'spreadsheet_not_found'],
  ];

  it.each(WRONG)(
    '%s parks the sheet at once, says why, and after a resume nothing is missing',
    async (_, fault, cause) => {
      const desk = await filled();
      const { shop, view } = desk;
      const before = calls(desk).length;
      scene.google.fail({ fault, match: { spreadsheet_id: view.spreadsheetId }, times: null });
      await shop.place();
      expect(await untilParked(desk)).toBe(cause);
      expect(calls(desk)).toHaveLength(before + 1);
      const attempt = { result: 'parked', cause, status_code: fault.status, attempt: 1 };
      expect((await shop.attempts()).at(-1)).toMatchObject(attempt);
      await eventually(
        'the run to say so',
        async () => (await searchAttributes(shop.sync())).SheetSync?.toString() === 'parked',
      );
      expect(await shop.sync().query(sheetSyncQuery)).toEqual({ state: 'parked', parkedCause: cause });

      // Orders go on, and nudge nobody who could not do anything.
      await shop.placeMany(4);
      const [first] = await shop.orders();
      await shop.move(first?.id ?? '', 'confirmed');
      shop.nudge();
      scene.google.heal();
      expect(calls(desk)).toHaveLength(before + 1);
      await shop.resume();
      await shop.untilSynced();
      await shop.expectEqual(view);
      expect(await shop.parkedCause()).toBeNull();
      await eventually(
        'the run to say so',
        async () => (await searchAttributes(shop.sync())).SheetSync?.toString() === 'syncing',
      );
    },
  );

  it('no sheet that was shared, until it is', async () => {
    const desk = await scene.openShop();
    await scene.google.act(desk.view.spreadsheetId, { do: 'unshare', email: scene.account });
    await desk.shop.place();
    expect(await untilParked(desk)).toBe('not_shared');
    await scene.google.act(desk.view.spreadsheetId, { do: 'share', email: scene.account });
    await desk.shop.resume();
    await desk.shop.untilSynced();
    await desk.shop.expectEqual(desk.view);
  });

  it.each([
    ['no spreadsheet', { sheets_spreadsheet_id: null }, 'spreadsheet_missing'],
    ['a spreadsheet that is none', { sheets_spreadsheet_id: 'no-such-spreadsheet' }, 'spreadsheet_not_found'],
    ['credentials that nobody can open', { sheets_credentials: 'v1.gone.AAAA' }, 'credentials_invalid'],
  ])('%s', async (_, wrong, cause) => {
    const desk = await scene.openShop();
    await desk.shop.change(wrong);
    await desk.shop.place();
    expect(await untilParked(desk)).toBe(cause);
  });

  it('an account that was deleted; with new credentials everything is written', async () => {
    const desk = await scene.openShop();
    const own = await scene.google.serviceAccount(`own-${randomUUID().slice(0, 8)}`);
    await desk.shop.change({ sheets_credentials: sealed(desk.shop, own) });
    await scene.google.act(desk.view.spreadsheetId, { do: 'share', email: own.client_email });
    await desk.shop.place();
    await desk.shop.untilSynced();
    expect(scene.google.calls({ account: own.client_email }).length).toBeGreaterThan(0);

    await scene.google.removeAccount(own.client_email);
    await desk.shop.place();
    expect(await untilParked(desk)).toBe('credentials_invalid');
    const next = await scene.google.serviceAccount(`next-${randomUUID().slice(0, 8)}`);
    await scene.google.act(desk.view.spreadsheetId, { do: 'share', email: next.client_email });
    await desk.shop.change({ sheets_credentials: sealed(desk.shop, next) });
    await desk.shop.resume();
    await desk.shop.untilSynced();
    await desk.shop.expectEqual(desk.view);
  });

  it('a token that is refused though the key is good: a resume signs in anew', async () => {
    const desk = await filled();
    await scene.google.revokeTokens();
    await desk.shop.place();
    expect(await untilParked(desk)).toBe('credentials_invalid');
    await desk.shop.resume();
    await desk.shop.untilSynced();
    await desk.shop.expectEqual(desk.view);
  });
});

describe('what Google has against a sheet that is not the one in force any more', () => {
  it.each<[string, (desk: SheetDesk) => Promise<Readonly<Record<string, unknown>>>]>([
    ['another spreadsheet', async () => ({ sheets_spreadsheet_id: (await scene.openShop()).view.spreadsheetId })],
    ['another tab', async () => ({ sheets_sheet_name: 'Other' })],
    ['other credentials', async ({ shop, view }) => ({ sheets_credentials: await ownCredentials(shop, view) })],
  ])('parks nothing: the owner saved %s in that moment', async (_, saved) => {
    const desk = await filled();
    const { shop, view } = desk;
    const change = await saved(desk);
    const share = { do: 'share', email: scene.account } as const;
    const read = { kind: 'read', spreadsheet_id: view.spreadsheetId } as const;
    // The refusal is on its way when the owner saves, and whoever looks there again finds it shared, however soon that is.
    scene.google.beforeNext(read, async () => {
      await scene.google.act(view.spreadsheetId, { ...share, do: 'unshare' });
      await shop.change(change);
      scene.google.beforeNext(read, () => scene.google.act(view.spreadsheetId, share));
    });
    await shop.place();
    await eventually('the refusal', () => calls(desk).some(({ status }) => status === 403));
    await shop.untilSynced();
    expect((await shop.attempts()).map(({ result }) => result)).not.toContain('parked');
    const { rows } = await scene.database.owner.query<{ id: string; tab: string }>(
      'SELECT sheets_spreadsheet_id AS id, sheets_sheet_name AS tab FROM ai_capabilities WHERE user_id = $1',
      [shop.userId],
    );
    const [now = { id: '', tab: '' }] = rows;
    await eventually('all of it in the sheet in force', () => scene.google.rows(now.id, now.tab)?.length === 5);
    await shop.expectEqual({ ...view, rows: async () => scene.google.rows(now.id, now.tab) });
  });

  it('parks nothing when the owner has switched the sheet off', async () => {
    const desk = await filled();
    scene.google.beforeNext({ kind: 'read', spreadsheet_id: desk.view.spreadsheetId }, async () => {
      await scene.google.act(desk.view.spreadsheetId, { do: 'unshare', email: scene.account });
      await desk.shop.change({ sheets_sync_enabled: false });
    });
    await desk.shop.place();
    await eventually('the refusal', () => calls(desk).some(({ status }) => status === 403));
    await desk.shop.sync().result();
    expect(await desk.shop.parkedCause()).toBeNull();
  });
});

describe('what may pass', () => {
  it.each([
    ['503', { do: 'refuse', status: 503 }, 'google_unavailable', 503],
    ['429', { do: 'refuse', status: 429, retry_after_seconds: 1 }, 'rate_limited', 429],
    ['no connection', { do: 'drop_before' }, 'network', null],
  ] as const)('%s is tried six times, then parked', async (_, fault, cause, status) => {
    const desk = await filled();
    const { shop, view } = desk;
    scene.google.fail({ fault, match: { kind: 'write', spreadsheet_id: view.spreadsheetId }, times: null });
    await shop.place();
    expect(await untilParked(desk)).toBe(cause);
    const failed = (await shop.attempts()).filter(({ result }) => result !== 'synced');
    expect(failed.map(({ result, attempt, cause: why, status_code }) => [result, attempt, why, status_code])).toEqual([
      ...[1, 2, 3, 4, 5].map((attempt) => ['retried', attempt, cause, status]),
      ['parked', 6, cause, status],
    ]);
    scene.google.heal();
    await shop.resume();
    await shop.untilSynced();
    await shop.expectEqual(view);
  });

  it('is tried again when Google says, and no other tenant of the account calls before', async () => {
    // Of their own: the sheets of the tests before may be looked through once more, over the shared one.
    const own = await scene.google.serviceAccount(`busy-${randomUUID().slice(0, 8)}`);
    const [desk, other] = [await filled(own), await filled(own)];
    scene.google.fail({
      fault: { do: 'refuse', status: 429, retry_after_seconds: 4 },
      match: { kind: 'write', spreadsheet_id: desk.view.spreadsheetId },
    });
    await desk.shop.place();
    const refused = await eventually('the refusal', () => calls(desk).find(({ status }) => status === 429));
    // Written down after what Google asked for has been.
    await eventually('the record of it', async () =>
      (await desk.shop.attempts()).some(({ cause }) => cause === 'rate_limited'),
    );
    await other.shop.place();
    await Promise.all([desk.shop.untilSynced(), other.shop.untilSynced()]);
    const later = scene.google.calls({ account: own.client_email }).filter(({ at }) => at > refused.at);
    expect(Math.min(...later.map(({ at }) => at)) - refused.at).toBeGreaterThanOrEqual(3_900);
    await desk.shop.expectEqual(desk.view);
  });
});

describe('Google, or a proxy, that wants to be left alone for a day', () => {
  it('is asked again after ten minutes, which operators see, and whoever saves another account need not wait', async () => {
    const own = await scene.google.serviceAccount(`patient-${randomUUID().slice(0, 8)}`);
    const desks = [await scene.openShop(), await scene.openShop()] as const;
    for (const desk of desks) await useAccount(desk, own);
    scene.google.fail({
      fault: { do: 'refuse', status: 429, retry_after_seconds: 86_400 },
      match: { kind: 'write', account: own.client_email },
    });
    const [refused, other] = desks;
    await refused.shop.place();
    // The run comes with the nudge, which nobody waits for.
    const state = ({ shop }: SheetDesk) =>
      searchAttributes(shop.sync()).then(
        ({ SheetSync }) => SheetSync?.toString(),
        () => undefined,
      );
    await eventually('the refused one to wait', async () => (await state(refused)) === 'waiting');
    expect((await refused.shop.attempts()).at(-1)).toMatchObject({ result: 'retried', cause: 'rate_limited' });
    const asked = scene.google.calls({ account: own.client_email }).length;
    await other.shop.place();
    await eventually('the other one of the account to wait', async () => (await state(other)) === 'waiting');
    expect(scene.google.calls({ account: own.client_email })).toHaveLength(asked);
    for (const { shop } of desks) {
      const { events = [] } = await shop.sync().fetchHistory();
      const timers = (events ?? []).map(({ timerStartedEventAttributes: timer }) =>
        Number(timer?.startToFireTimeout?.seconds ?? 0),
      );
      expect(Math.max(...timers)).toBeLessThanOrEqual(600);
      expect(Math.max(...timers)).toBeGreaterThan(500);
    }
    for (const { shop, view } of desks) {
      await shop.change({ sheets_credentials: await ownCredentials(shop, view) });
      await shop.resume();
      await shop.untilSynced();
      await shop.expectEqual(view);
    }
  });
});

describe('an account whose next places are an hour away', () => {
  it('is not called before, however often its owner resumes; another account need not wait', async () => {
    const own = await scene.google.serviceAccount(`crowded-${randomUUID().slice(0, 8)}`);
    const desk = await scene.openShop();
    const { shop, view } = desk;
    await useAccount(desk, own);
    const { owner } = scene.database;
    const account = createHash('sha256').update(own.client_email).digest('hex');
    await owner.query(
      `INSERT INTO google_call_budgets (account, kind, free_at)
       SELECT $1, kind, now() + interval '1 hour' FROM unnest('{read,write}'::text[]) AS kind`,
      [account],
    );
    const budgets = async () =>
      (await owner.query('SELECT kind, free_at FROM google_call_budgets WHERE account = $1 ORDER BY kind', [account]))
        .rows;
    const looks = async (count: number) =>
      eventually(`look ${count}, and the wait after it`, async () => {
        const { events } = await shop.sync().fetchHistory();
        const done = (events ?? []).filter((event) => event.activityTaskCompletedEventAttributes);
        const timers = (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
          timer ? [Number(timer.startToFireTimeout?.seconds ?? 0)] : [],
        );
        return done.length >= count && timers.length >= count ? timers : undefined;
      });
    await shop.place();
    await eventually('the run', () =>
      shop
        .sync()
        .describe()
        .catch(() => undefined),
    );
    await looks(1);
    const booked = await budgets();
    for (const count of [2, 3]) {
      await shop.resume();
      const timers = await looks(count);
      expect(calls(desk)).toHaveLength(0);
      expect(Math.min(...timers)).toBeGreaterThan(3_000);
    }
    // The places that it has are enough.
    expect(await budgets()).toEqual(booked);
    await shop.change({ sheets_credentials: await ownCredentials(shop, view) });
    await shop.resume();
    await shop.untilSynced();
    await shop.expectEqual(view);
    expect(scene.google.calls({ account: own.client_email })).toHaveLength(0);
  });
});

describe('a parked sheet', () => {
  const park = async (desk: SheetDesk) => {
    scene.google.fail({
      fault: { do: 'refuse', status: 403 },
      match: { spreadsheet_id: desk.view.spreadsheetId },
      times: null,
    });
    await desk.shop.place();
    await untilParked(desk);
  };

  it('is told of once to whoever subscribed, with what to do', async () => {
    const desk = await scene.openShop();
    const receiver = await startReceiver();
    const id = randomUUID();
    await scene.database.owner.query(
      `INSERT INTO notification_subscriptions (id, user_id, kind, url, secret, events)
       VALUES ($1, $2, 'webhook', $3, $4, '{sheet.parked}')`,
      [
        id,
        desk.shop.userId,
        receiver.url,
        seal(parseKeyring(TEST_SECRETS_KEYS), WEBHOOK_SECRET, webhookSecretContext(id)),
      ],
    );
    await park(desk);
    const { deliveries } = subscriptionsIn(scene.database.owner);
    await eventually('the webhook', async () => (await deliveries(id))[0]?.status === 'delivered');
    const { runId } = await desk.shop.sync().describe();
    await desk.shop.sync().terminate();
    desk.shop.nudge();
    await eventually('the next run', async () => (await desk.shop.sync().describe()).runId !== runId);
    await eventually(
      'it to be parked',
      async () => (await searchAttributes(desk.shop.sync())).SheetSync?.toString() === 'parked',
    );
    await eventually(
      'it to have looked, and to have told whoever has to be told',
      async () => ((await countEvents(desk.shop.sync())).ACTIVITY_TASK_COMPLETED ?? 0) >= 2,
    );
    expect(receiver.received.map(({ text }) => JSON.parse(text))).toEqual([
      expect.objectContaining({
        type: 'sheet.parked',
        data: {
          cause: 'not_shared',
          message: 'The service account may not edit the spreadsheet.',
          what_to_do: expect.stringContaining(`add ${scene.account} as an editor`),
        },
      }),
    ]);
    await receiver.close();
  });

  it('that was taken up in Postgres goes on though the signal was lost', async () => {
    const desk = await filled();
    await park(desk);
    scene.google.heal();
    await desk.shop.change({ sheet_parked_at: null, sheet_parked_cause: null, sheet_sync_pending: true });
    await desk.shop.untilSynced();
    await desk.shop.expectEqual(desk.view);
  });

  it('is left when the tenant switches its sheet off', async () => {
    const desk = await filled();
    await park(desk);
    await desk.shop.change({ sheets_sync_enabled: false, sheet_parked_at: null, sheet_parked_cause: null });
    await desk.shop.resume();
    await desk.shop.sync().result();
  });
});

it('nothing of a customer, of a key or of a sealed secret is in logs or in plain text in Temporal', async () => {
  const desk = await filled();
  const [history] = await Promise.all([desk.shop.sync().fetchHistory()]);
  const { private_key } = await scene.google.serviceAccount();
  const text = `${worker.lines.join('\n')}\n${historyToJSON(history)}`;
  expect(worker.lines.some((line) => line.includes('"event":"sheetSyncAttempted"'))).toBe(true);
  for (const piece of [...Object.values(CANARY), private_key.slice(40, 80), 'PRIVATE KEY', 'ya29.', 'Bearer ']) {
    expect(text).not.toContain(piece);
  }
  const response = await fetch(`http://127.0.0.1:${String(worker.ready.healthPort)}/metrics`);
  const metrics = await response.text();
  expect(metrics).toMatch(/order_booking_sheet_sync_attempts_total\{result="synced"\} [1-9]/);
  expect(metrics).toMatch(/order_booking_sheet_sync_attempts_total\{result="parked"\} [1-9]/);
  expect(metrics).toMatch(/order_booking_sheet_sync_lag_seconds \d/);
  expect(metrics).toMatch(/order_booking_sheets_parked [1-9]/);
});

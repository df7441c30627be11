import { randomUUID } from 'node:crypto';
import { orderFingerprint } from '../../domain/fingerprint';
import type { OrderStatus } from '../../domain/order';
import { createOrderSchema } from '../../domain/schemas/create-order';
import { parseInput } from '../../domain/schemas/parse';
import { placeOrder } from '../../persistence/orders/place-order';
import { transitionOrder } from '../../persistence/orders/transition-order';
import { type TenantClient, withTenant } from '../../persistence/with-tenant';
import { sha256Hex } from '../../platform/sha256';
import { orderWorkflowId } from '../../workflows/contract';
import { accepted, DOORS, type Door, openDoor, outcomes, refused } from '../support/doors';
import { eventually } from '../support/eventually';
import { forgetRun, isKnown } from '../support/forget-run';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import type { ServiceProcess } from '../support/services';
import { newAttempt } from '../support/shop';

/** How long the impatient server lets a call take. */
const DEADLINE_MS = 800;
/** What an answer may come late by on a busy machine. With it, it comes before the deadline of a server that was told nothing. */
const SLACK_MS = 8_000;

let scene: Scene;
let api: ApiProcess;
let impatientApi: ApiProcess;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createScene();
  [api, impatientApi, worker] = await Promise.all([
    scene.startApi(PATIENT),
    scene.startApi({ REQUEST_DEADLINE_MS: String(DEADLINE_MS) }),
    scene.startWorker(),
  ]);
});
afterAll(() => scene.close());

const newKey = () => `key-${randomUUID()}`;

describe.each(DOORS)('over %s', (name) => {
  let tenant: TestTenant;
  let door: Door;
  let impatient: Door;

  beforeAll(async () => {
    tenant = await scene.addTenant();
    door = openDoor(name, api, tenant.key);
    impatient = openDoor(name, impatientApi, tenant.key);
    // The first call of a process looks the key up and connects; deadlines below are not about that.
    await eventually('an answer in time', () =>
      impatient.orderIds().then(
        () => true,
        () => false,
      ),
    );
    accepted(await door.create(sampleBody()));
  });
  afterAll(() => {
    door.close();
    impatient.close();
  });

  const workflowId = (key: string) => orderWorkflowId(tenant.userId, key);
  const run = (key: string) => scene.temporal.workflow.getHandle(workflowId(key));

  describe('while the worker is stopped', () => {
    beforeEach(() => void process.kill(worker.pid, 'SIGSTOP'));
    afterEach(() => void process.kill(worker.pid, 'SIGCONT'));

    test('a call with a key that is in flight attaches to it; one with another body is refused', async () => {
      const key = newKey();
      const body = sampleBody();
      let answered = 0;
      const count = <T>(answer: T): T => {
        answered += 1;
        return answer;
      };
      const first = door.create(body, { key }).then(count);
      await eventually('the first call to start its run', () => isKnown(scene.temporal, workflowId(key)));
      const second = door.create(body, { key }).then(count);
      const other = door.create({ ...body, notes: 'other' }, { key }).then(count);
      // A call that did not wait for the run in flight would have its answer before these two are through.
      expect(await door.get(randomUUID())).toMatchObject({ outcome: 'NOT_FOUND' });
      expect(await isKnown(scene.temporal, workflowId(key))).toBe(true);
      expect(answered).toBe(0);

      process.kill(worker.pid, 'SIGCONT');
      const made = accepted(await first);
      expect(made.idempotent_replayed).toBe(false);
      expect(accepted(await second)).toEqual({ ...made, idempotent_replayed: true });
      expect(refused(await other).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(await door.orderIds()).toContain(made.order.id);
    });

    test('no answer in time is UNAVAILABLE at the deadline; the retry gets the order of the first call', async () => {
      const key = newKey();
      const body = sampleBody();
      const before = await door.orderIds();
      const startedAt = performance.now();
      const late = refused(await impatient.create(body, { key }));
      expect(late.outcome).toBe('UNAVAILABLE');
      expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + SLACK_MS);

      process.kill(worker.pid, 'SIGCONT');
      const retry = accepted(await door.create(body, { key }));
      expect(await door.orderIds()).toEqual([retry.order.id, ...before]);
      expect(accepted(await door.create(body, { key })).order).toEqual(retry.order);
      expect(await door.events(retry.order.id)).toHaveLength(1);
    });

    test('a caller that hangs up has booked all the same, once', async () => {
      const key = newKey();
      const body = sampleBody();
      const before = await door.orderIds();
      const hangUp = new AbortController();
      const gone = door.create(body, { key, signal: hangUp.signal });
      await eventually('the call to start its run', () => isKnown(scene.temporal, workflowId(key)));
      hangUp.abort();
      expect(refused(await gone).outcome).toBe('DEADLINE_EXCEEDED');

      process.kill(worker.pid, 'SIGCONT');
      const ids = await eventually('the order nobody waits for', async () => {
        const now = await door.orderIds();
        return now.length > before.length && now;
      });
      const retry = accepted(await door.create(body, { key }));
      expect(retry).toMatchObject({ idempotent_replayed: true, current_status: 'pending' });
      expect(ids).toEqual([retry.order.id, ...before]);
    });

    test('30 callers that gave up and come back together get one order', async () => {
      const key = newKey();
      const body = sampleBody();
      const before = await door.orderIds();
      const early = await Promise.all(Array.from({ length: 30 }, () => impatient.create(body, { key })));
      expect(outcomes(early)).toEqual({ UNAVAILABLE: 30 });
      const back = Promise.all(Array.from({ length: 30 }, () => door.create(body, { key })));
      process.kill(worker.pid, 'SIGCONT');
      const answers = (await back).map(accepted);
      expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
      expect(await door.orderIds()).toEqual([answers[0]?.order.id, ...before]);
    });
  });

  describe('when Temporal no longer knows the run', () => {
    test('Postgres answers the key: the same order, nothing new; another body is refused, by this wall alone', async () => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      accepted(await door.move(first.order.id, 'confirmed'));
      const before = await door.orderIds();

      await forgetRun(scene.temporal, workflowId(key));
      const reused = refused(await door.create({ ...body, notes: 'other' }, { key }));
      expect(reused).toMatchObject({ outcome: 'IDEMPOTENCY_KEY_REUSED', details: {} });
      expect(reused.text).not.toContain(first.order.id);
      for (let times = 0; times < 2; times += 1) {
        const again = accepted(await door.create(body, { key }));
        expect(again).toEqual({ ...first, idempotent_replayed: true, current_status: 'confirmed' });
      }
      expect(refused(await door.create({ ...body, notes: 'other' }, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');

      // Under another key there is neither a run nor a key left to meet: the third wall.
      const elsewhere = refused(await door.create(body, { key: newKey() }));
      expect(elsewhere).toMatchObject({ outcome: 'DUPLICATE_ORDER', details: { existing_order_id: first.order.id } });
      expect(await door.orderIds()).toEqual(before);
      expect(await door.events(first.order.id)).toHaveLength(2);
    });

    test('20 at once that replay it get the one order', async () => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      await forgetRun(scene.temporal, workflowId(key));
      const answers = await Promise.all(Array.from({ length: 20 }, () => door.create(body, { key })));
      for (const answer of answers) expect(accepted(answer)).toEqual({ ...first, idempotent_replayed: true });
    });

    test.each([
      ['completed', ['confirmed', 'processing', 'completed']],
      ['cancelled', ['cancelled']],
    ] as const)('a %s order is still answered as it was created', async (last, way) => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      await forgetRun(scene.temporal, workflowId(key));
      // Written as its run would have: to make Temporal forget a run that is closed takes it half a minute.
      for (const to of way) await moveInPostgres(first.order.id, to);
      const expected = { ...first, idempotent_replayed: true, current_status: last };
      expect(accepted(await door.create(body, { key }))).toEqual(expected);
      // The run that looked it up is over with that; what it answered is answered again.
      await run(key).result();
      expect(accepted(await door.create(body, { key }))).toEqual(expected);
      expect(refused(await door.create({ ...body, notes: 'x' }, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(await door.events(first.order.id)).toHaveLength(way.length + 1);
    });

    test('a key that another body tried in vain still answers its own request', async () => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      await forgetRun(scene.temporal, workflowId(key));
      const other = { ...body, notes: 'other' };
      expect(refused(await door.create(other, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(accepted(await door.create(body, { key }))).toEqual({ ...first, idempotent_replayed: true });
      expect(refused(await door.create(other, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
      accepted(await door.cancel(first.order.id));
      await run(key).result();
      expect(accepted(await door.create(body, { key }))).toMatchObject({ current_status: 'cancelled' });
      expect(refused(await door.create(other, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
    });

    test('the key of a refused attempt is free', async () => {
      const body = sampleBody();
      const { order } = accepted(await door.create(body));
      const { content } = parseInput(createOrderSchema, body);
      const attempt = newAttempt({ content, fingerprint: orderFingerprint(tenant.userId, content, sha256Hex) });
      expect(await inPostgres((client) => placeOrder(client, attempt))).toMatchObject({ kind: 'duplicate' });
      const key = attempt.idempotencyKey;
      expect(refused(await door.create(body, { key })).details).toEqual({ existing_order_id: order.id });
      await door.cancel(order.id);
      expect(accepted(await door.create(body, { key })).idempotent_replayed).toBe(false);
    });

    const inPostgres = <T>(work: (client: TenantClient) => Promise<T>) =>
      withTenant(scene.database.service, tenant.userId, work);

    async function moveInPostgres(orderId: string, to: OrderStatus): Promise<void> {
      const command = { commandId: randomUUID(), actor: 'test', correlationId: 'req_test', auditRefusal: false };
      await inPostgres((client) => transitionOrder(client, { orderId, to, ...command }));
    }
  });

  describe('an order whose run is lost before its end', () => {
    test.each([
      ['forgotten', (key: string) => forgetRun(scene.temporal, workflowId(key))],
      ['terminated', async (key: string) => void (await run(key).terminate('by a test'))],
    ])('%s: the replay of its key answers, and its next move gives it a run again', async (_, lose) => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      accepted(await door.move(first.order.id, 'confirmed'));
      await lose(key);
      expect(accepted(await door.create(body, { key }))).toEqual({
        ...first,
        idempotent_replayed: true,
        current_status: 'confirmed',
      });
      expect(accepted(await door.move(first.order.id, 'processing'))).toMatchObject({
        status: 'processing',
        version: 3,
      });
      expect(accepted(await door.move(first.order.id, 'completed'))).toMatchObject({ status: 'completed', version: 4 });
      expect((await door.events(first.order.id)).map(({ to_status: to }) => to)).toEqual([
        'pending',
        'confirmed',
        'processing',
        'completed',
      ]);
      expect(await run(key).result()).toEqual({ orderId: first.order.id, status: 'completed' });
    });

    test('moved by 10 at once without a replay before: each is judged, one event a move', async () => {
      const key = newKey();
      const { order } = accepted(await door.create(sampleBody(), { key }));
      await run(key).terminate('by a test');
      expect(refused(await door.move(order.id, 'completed'))).toMatchObject({
        outcome: 'INVALID_ORDER_STATE',
        details: { current_status: 'pending' },
      });
      await run(key).terminate('by a test');
      expect(refused(await door.cancel(order.id, { expectedVersion: 7 }))).toMatchObject({
        outcome: 'VERSION_CONFLICT',
        details: { current_version: 1 },
      });
      await run(key).terminate('by a test');
      const answers = await Promise.all(Array.from({ length: 10 }, () => door.cancel(order.id)));
      expect(outcomes(answers)).toEqual({ ok: 10 });
      for (const answer of answers) expect(accepted(answer)).toMatchObject({ status: 'cancelled', version: 2 });
      expect(await door.events(order.id)).toHaveLength(2);
    });
  });
});

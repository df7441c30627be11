import { randomUUID } from 'node:crypto';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/order';
import { canTransition, ORDER_TRANSITIONS } from '../../domain/order-state';
import type { OrderWire } from '../../domain/wire';
import { transitionOrder } from '../../persistence/orders/transition-order';
import { withTenant } from '../../persistence/with-tenant';
import { orderWorkflowId, transitionUpdate } from '../../workflows/contract';
import { type Answer, accepted, DOORS, type Door, openDoor, outcomes, refused } from '../support/doors';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';

let scene: Scene;
let api: ApiProcess;
let secondApi: ApiProcess;

beforeAll(async () => {
  scene = await createScene();
  [api, secondApi] = await Promise.all([scene.startApi(PATIENT), scene.startApi(PATIENT), scene.startWorker()]);
});
afterAll(() => scene.close());

const WAYS: readonly (readonly OrderStatus[])[] = [
  ['confirmed', 'processing', 'completed'],
  ['cancelled'],
  ['confirmed', 'cancelled'],
  ['confirmed', 'processing', 'cancelled'],
];

describe.each(DOORS)('over %s', (name) => {
  let tenant: TestTenant;
  let door: Door;
  let secondDoor: Door;

  beforeAll(async () => {
    tenant = await scene.addTenant();
    door = openDoor(name, api, tenant.key);
    secondDoor = openDoor(name, secondApi, tenant.key);
  });
  afterAll(() => {
    door.close();
    secondDoor.close();
  });

  const booked = async () => accepted(await door.create(sampleBody())).order;

  async function bookedAndMoved(...way: readonly OrderStatus[]): Promise<OrderWire> {
    let order = await booked();
    for (const status of way) order = accepted(await door.move(order.id, status));
    return order;
  }

  test('every pair of the five states: the lawful moves happen, staying is no change, the rest is refused with why', async () => {
    const seen: Record<string, unknown> = {};
    await Promise.all(
      WAYS.map(async (way) => {
        let order = await booked();
        for (const next of [...way, undefined]) {
          const from = order.status;
          // What must not move the order first; then the one lawful move of this way.
          for (const to of ORDER_STATUSES.filter((status) => !canTransition(from, status))) {
            seen[`${from} → ${to}`] = told(await door.move(order.id, to), order);
          }
          if (next === undefined) continue;
          const answer = await door.move(order.id, next);
          seen[`${from} → ${next}`] = told(answer, order);
          order = accepted(answer);
        }
        const trail = await door.events(order.id);
        expect(trail.map(({ sequence, from_status, to_status }) => [sequence, from_status, to_status])).toEqual(
          ['pending', ...way].map((status, index, all) => [index + 1, all[index - 1] ?? null, status]),
        );
        expect(accepted(await door.get(order.id))).toEqual(order);
      }),
    );

    const expected: Record<string, unknown> = {};
    for (const from of ORDER_STATUSES) {
      for (const to of ORDER_STATUSES) {
        if (from === to) expected[`${from} → ${to}`] = 'unchanged';
        else if (canTransition(from, to)) expected[`${from} → ${to}`] = `${to}, one version on`;
        else {
          const allowed = ORDER_TRANSITIONS[from];
          const details = { current_status: from, requested_status: to, allowed_statuses: allowed };
          expected[`${from} → ${to}`] = { outcome: 'INVALID_ORDER_STATE', details };
        }
      }
    }
    expect(seen).toEqual(expected);
    expect(Object.keys(seen)).toHaveLength(25);
  });

  /** What a move came to, in comparison with the order before it. */
  function told(answer: Answer<OrderWire>, before: OrderWire): unknown {
    if (answer.outcome !== 'ok') return { outcome: answer.outcome, details: answer.details };
    const { data: after } = answer;
    if (JSON.stringify(after) === JSON.stringify(before)) return 'unchanged';
    const { status, version, updated_at } = after;
    expect({ ...before, status, version, updated_at }).toEqual(after);
    expect(Date.parse(updated_at)).toBeGreaterThanOrEqual(Date.parse(before.updated_at));
    return version === before.version + 1 ? `${status}, one version on` : `${status}, version ${version}`;
  }

  describe('expected_version', () => {
    test('a stale one is refused and told the present one; the present one moves', async () => {
      const order = await bookedAndMoved('confirmed');
      for (const stale of [1, 3, 2_147_483_647]) {
        expect(await door.move(order.id, 'processing', { expectedVersion: stale })).toMatchObject({
          outcome: 'VERSION_CONFLICT',
          details: { current_version: 2, current_status: 'confirmed' },
        });
        expect(refused(await door.cancel(order.id, { expectedVersion: stale })).outcome).toBe('VERSION_CONFLICT');
      }
      expect(accepted(await door.move(order.id, 'processing', { expectedVersion: 2 }))).toMatchObject({
        status: 'processing',
        version: 3,
      });
      expect(await door.events(order.id)).toHaveLength(3);
    });

    test('it is judged before the state: a stale caller is told that the order moved on', async () => {
      const order = await bookedAndMoved('confirmed');
      expect(refused(await door.move(order.id, 'confirmed', { expectedVersion: 1 })).outcome).toBe('VERSION_CONFLICT');
      expect(refused(await door.move(order.id, 'completed', { expectedVersion: 1 })).outcome).toBe('VERSION_CONFLICT');
      expect(accepted(await door.move(order.id, 'confirmed', { expectedVersion: 2 })).version).toBe(2);
    });

    test('it holds for an order whose run is over', async () => {
      const order = await bookedAndMoved('cancelled');
      await runEnded(order);
      expect(await door.cancel(order.id, { expectedVersion: 1 })).toMatchObject({
        outcome: 'VERSION_CONFLICT',
        details: { current_version: 2, current_status: 'cancelled' },
      });
      expect(accepted(await door.cancel(order.id, { expectedVersion: 2 }))).toEqual(order);
    });

    test.each([0, -1, 2_147_483_648, 1.5])('%p is no version', async (expectedVersion) => {
      const order = await booked();
      const move = door.move(order.id, 'confirmed', { expectedVersion });
      // What no int32 holds does not even leave a gRPC client.
      const told = await move.then(
        (answer) => refused(answer).fields,
        () => 'not sent',
      );
      const sendable = name === 'REST' || (Number.isInteger(expectedVersion) && expectedVersion < 2 ** 31);
      expect(told).toEqual(sendable ? ['expected_version'] : 'not sent');
      expect(accepted(await door.get(order.id)).version).toBe(1);
    });
  });

  test('20 different moves at once, at two servers: one winner, and a trail without a gap', async () => {
    const order = await booked();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const at = index % 2 === 0 ? door : secondDoor;
        return at.move(order.id, index % 4 < 2 ? 'confirmed' : 'cancelled', {
          expectedVersion: 1,
          reason: `r${index}`,
        });
      }),
    );
    expect(outcomes(answers)).toEqual({ ok: 1, VERSION_CONFLICT: 19 });
    const trail = await door.events(order.id);
    const winner = answers.filter((answer) => answer.outcome === 'ok').map(accepted)[0] as OrderWire;
    expect(winner.version).toBe(2);
    expect(trail).toMatchObject([
      { sequence: 1, type: 'created', from_status: null, to_status: 'pending' },
      { sequence: 2, type: 'status_changed', from_status: 'pending', to_status: winner.status },
    ]);
    expect(trail[1]?.reason).toBe(`r${answers.findIndex(({ outcome }) => outcome === 'ok')}`);
    for (const answer of answers) {
      if (answer.outcome !== 'ok')
        expect(answer.details).toEqual({ current_version: 2, current_status: winner.status });
    }
  });

  test('20 moves at once without a version: each is judged by the order as it found it, and each change has its event', async () => {
    const order = await booked();
    const targets = ['confirmed', 'processing', 'completed', 'cancelled'] as const;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const at = index % 2 === 0 ? door : secondDoor;
        return at.move(order.id, targets[index % targets.length] ?? 'pending');
      }),
    );
    for (const { outcome } of answers) expect(outcome).toMatch(/^(ok|INVALID_ORDER_STATE)$/);
    const now = accepted(await door.get(order.id));
    const trail = await door.events(order.id);
    expect(trail.map(({ sequence }) => sequence)).toEqual(trail.map((_, index) => index + 1));
    expect(trail).toHaveLength(now.version);
    expect(trail.at(-1)?.to_status).toBe(now.status);
    for (const [index, { from_status: from, to_status: to }] of trail.entries()) {
      expect(from).toBe(trail[index - 1]?.to_status ?? null);
      expect(from === null || canTransition(from, to)).toBe(true);
    }
    // Every answer is a state that the trail has, at the version that it had there.
    for (const answer of answers) {
      if (answer.outcome === 'ok') expect(trail[answer.data.version - 1]?.to_status).toBe(answer.data.status);
    }
  });

  test('20 cancellations at once all hear of the one cancellation', async () => {
    const order = await bookedAndMoved('confirmed');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? door : secondDoor).cancel(order.id)),
    );
    const data = answers.map(accepted);
    expect(data[0]).toMatchObject({ status: 'cancelled', version: 3 });
    for (const each of data) expect(each).toEqual(data[0]);
    expect(await door.events(order.id)).toHaveLength(3);
  });

  test('a crowd beyond what Temporal takes costs workflow tasks, but no answer contradicts the trail', async () => {
    const order = await booked();
    const run = scene.temporal.workflow.getHandle(await workflowIdOf(order));
    // Past its ten updates in flight Temporal drops tasks whose writes are done, and has them judged again in another order.
    const crowd = Array.from({ length: 20 }, (_, index) => {
      const request = { to: 'completed' as const, actor: 'crowd', correlationId: `req_crowd_${index}` };
      return run.executeUpdate(transitionUpdate, { args: [request] }).catch(() => undefined);
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const at = index % 2 === 0 ? door : secondDoor;
        return at.move(order.id, 'confirmed', { expectedVersion: 1, reason: `r${index}` });
      }),
    );
    await Promise.all(crowd);
    const trail = await door.events(order.id);
    expect(trail).toHaveLength(2);
    for (const [index, answer] of answers.entries()) {
      expect({ index, outcome: answer.outcome }).toEqual({
        index,
        outcome: trail[1]?.reason === `r${index}` ? 'ok' : 'VERSION_CONFLICT',
      });
    }
  });

  test('the next lawful move of a run that missed its own write is not refused by its old memory', async () => {
    const order = await booked();
    // What a task that was lost after its commit leaves behind: the order moved, and its run does not know.
    await withTenant(scene.database.service, tenant.userId, (client) =>
      transitionOrder(client, {
        orderId: order.id,
        to: 'confirmed',
        commandId: randomUUID(),
        actor: 'test',
        correlationId: 'req_lost',
        auditRefusal: false,
      }),
    );
    expect(accepted(await door.move(order.id, 'processing'))).toMatchObject({ status: 'processing', version: 3 });
    expect(refused(await door.move(order.id, 'confirmed'))).toMatchObject({ outcome: 'INVALID_ORDER_STATE' });
  });

  describe('an order that is over', () => {
    test('cancelled twice it is cancelled once, and completed it cannot be', async () => {
      const order = await booked();
      const cancelled = accepted(await door.cancel(order.id, { reason: 'the customer called' }));
      expect(cancelled).toMatchObject({ status: 'cancelled', version: 2 });
      expect(accepted(await secondDoor.cancel(order.id, { reason: 'again' }))).toEqual(cancelled);
      await runEnded(order);
      expect(accepted(await door.cancel(order.id))).toEqual(cancelled);
      expect(refused(await door.move(order.id, 'completed'))).toMatchObject({
        outcome: 'INVALID_ORDER_STATE',
        details: { current_status: 'cancelled', requested_status: 'completed', allowed_statuses: [] },
      });
      expect((await door.events(order.id)).map(({ reason }) => reason)).toEqual([null, 'the customer called']);
    });

    test('a completed order cannot be cancelled, before its run closed or after', async () => {
      const order = await bookedAndMoved('confirmed', 'processing', 'completed');
      expect(refused(await door.cancel(order.id)).outcome).toBe('INVALID_ORDER_STATE');
      await runEnded(order);
      expect(refused(await secondDoor.cancel(order.id))).toMatchObject({
        outcome: 'INVALID_ORDER_STATE',
        details: { current_status: 'completed', requested_status: 'cancelled', allowed_statuses: [] },
      });
      expect(accepted(await door.move(order.id, 'completed'))).toEqual(order);
    });
  });

  test('who moved it, why and under which correlation id stand in the trail', async () => {
    const order = await booked();
    const answer = await door.move(order.id, 'confirmed', { reason: 'oven is hot' });
    expect((await door.events(order.id))[1]).toEqual({
      sequence: 2,
      type: 'status_changed',
      from_status: 'pending',
      to_status: 'confirmed',
      actor: `api_key:${tenant.key.slice(0, tenant.key.lastIndexOf('_', 12))}`,
      reason: 'oven is hot',
      correlation_id: answer.outcome === 'ok' ? answer.correlationId : 'refused',
      occurred_at: accepted(answer).updated_at,
    });
  });

  describe('what there is not', () => {
    test.each([
      ['an unknown id', () => randomUUID(), 'NOT_FOUND', []],
      ['an id that is none', () => 'no-such-id', 'VALIDATION_FAILED', [expect.stringMatching(/order_id|id/)]],
    ])('%s', async (_, id, outcome, fields) => {
      for (const answer of [await door.move(id(), 'confirmed'), await door.cancel(id()), await door.get(id())]) {
        expect(refused(answer)).toMatchObject({ outcome, fields, details: {} });
      }
    });

    test('another tenant’s order cannot be told from none', async () => {
      const order = await booked();
      const stranger = openDoor(name, api, scene.other.key);
      for (const answer of [await stranger.move(order.id, 'confirmed'), await stranger.cancel(order.id)]) {
        expect(refused(answer)).toMatchObject({ outcome: 'NOT_FOUND', details: {} });
      }
      expect(accepted(await door.get(order.id)).status).toBe('pending');
      stranger.close();
    });

    test.each(['shipped', 'PENDING ', ''])('the status %p', async (status) => {
      const order = await booked();
      expect(refused(await door.move(order.id, status))).toMatchObject({
        outcome: 'VALIDATION_FAILED',
        fields: ['status'],
      });
      expect(accepted(await door.get(order.id))).toEqual(order);
    });
  });

  /** Waits until Temporal has closed the order's run, so that no update can reach it any more. */
  async function runEnded(order: OrderWire): Promise<void> {
    await scene.temporal.workflow.getHandle(await workflowIdOf(order)).result();
  }

  async function workflowIdOf(order: OrderWire): Promise<string> {
    const { rows } = await scene.database.owner.query<{ idempotency_key: string }>(
      'SELECT idempotency_key FROM orders WHERE id = $1',
      [order.id],
    );
    return orderWorkflowId(tenant.userId, rows[0]?.idempotency_key ?? '');
  }
});

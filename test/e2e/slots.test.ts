import { randomUUID } from 'node:crypto';
import { accepted, DOORS, type DoorName, openDoor, outcomes, refused } from '../support/doors';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene } from '../support/scene';

let scene: Scene;
let api: ApiProcess;
let secondApi: ApiProcess;

beforeAll(async () => {
  scene = await createScene();
  [api, secondApi] = await Promise.all([scene.startApi(PATIENT), scene.startApi(PATIENT), scene.startWorker()]);
});
afterAll(() => scene.close());

const newKey = () => `key-${randomUUID()}`;
const wanted = (slotId: string) => sampleBody({ slot_id: slotId });

describe.each(DOORS)('over %s', (name) => {
  test('the last place goes to one of 20 at once, at two servers; the others hear which slot is full', async () => {
    const shop = await openShop(name, { noon: 1 });
    const answers = await Promise.all(shop.crowd(20, (door) => door.create(wanted('noon'), { key: newKey() })));
    expect(outcomes(answers)).toEqual({ ok: 1, SLOT_UNAVAILABLE: 19 });
    for (const answer of answers) {
      if (answer.outcome === 'ok') expect(answer.data.order.slot_id).toBe('noon');
      else expect(answer.details).toEqual({ slot_id: 'noon' });
    }
    expect(await shop.door.orderIds()).toHaveLength(1);
    expect(await shop.booked('noon')).toBe(1);
    shop.close();
  });

  test('20 at once under one key take one place, and all hear of the same order', async () => {
    const shop = await openShop(name, { noon: 1 });
    const key = newKey();
    const body = wanted('noon');
    const answers = await Promise.all(shop.crowd(20, (door) => door.create(body, { key })));
    expect(new Set(answers.map((answer) => accepted(answer).order.id)).size).toBe(1);
    expect(await shop.booked('noon')).toBe(1);
    shop.close();
  });

  test('a cancellation frees the place once, for the very key that was refused, and for no second one', async () => {
    const shop = await openShop(name, { noon: 1 });
    const { door } = shop;
    const { order } = accepted(await door.create(wanted('noon')));
    const waiting = { key: newKey(), body: wanted('noon') };
    for (let tries = 0; tries < 2; tries += 1) {
      const refusal = refused(await door.create(waiting.body, { key: waiting.key }));
      expect(refusal).toMatchObject({ outcome: 'SLOT_UNAVAILABLE', details: { slot_id: 'noon' } });
    }
    await Promise.all(shop.crowd(6, (each) => each.cancel(order.id)));
    expect(await shop.booked('noon')).toBe(0);
    expect(accepted(await door.create(waiting.body, { key: waiting.key })).idempotent_replayed).toBe(false);
    expect(accepted(await door.create(waiting.body, { key: waiting.key })).idempotent_replayed).toBe(true);
    expect(refused(await door.create(wanted('noon'))).outcome).toBe('SLOT_UNAVAILABLE');
    expect(await shop.booked('noon')).toBe(1);
    shop.close();
  });

  test('a key that a full slot refused is free for another request', async () => {
    const shop = await openShop(name, { noon: 0, one: 5 });
    const key = newKey();
    const body = wanted('noon');
    expect(refused(await shop.door.create(body, { key })).outcome).toBe('SLOT_UNAVAILABLE');
    const booked = accepted(await shop.door.create({ ...body, slot_id: 'one' }, { key }));
    expect(booked).toMatchObject({ idempotent_replayed: false, order: { slot_id: 'one' } });
    expect(refused(await shop.door.create(body, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
    shop.close();
  });

  test('refused once and tried again by 12 at once, the key takes the freed place once', async () => {
    const shop = await openShop(name, { noon: 1 });
    const { order } = accepted(await shop.door.create(wanted('noon')));
    const key = newKey();
    const body = wanted('noon');
    expect(refused(await shop.door.create(body, { key })).outcome).toBe('SLOT_UNAVAILABLE');
    accepted(await shop.door.cancel(order.id));
    const answers = (await Promise.all(shop.crowd(12, (door) => door.create(body, { key })))).map(accepted);
    expect(new Set(answers.map((answer) => answer.order.id)).size).toBe(1);
    expect(answers.filter(({ idempotent_replayed: replayed }) => !replayed)).toHaveLength(1);
    expect(await shop.booked('noon')).toBe(1);
    shop.close();
  });

  test('an order that is done keeps its place; a duplicate and a replay take none', async () => {
    const shop = await openShop(name, { noon: 2 });
    const { door } = shop;
    const key = newKey();
    const body = wanted('noon');
    const { order } = accepted(await door.create(body, { key }));
    accepted(await door.create(body, { key }));
    expect(refused(await door.create(body)).details).toEqual({ existing_order_id: order.id });
    for (const status of ['confirmed', 'processing', 'completed']) accepted(await door.move(order.id, status));
    expect(refused(await door.cancel(order.id)).outcome).toBe('INVALID_ORDER_STATE');
    expect(await shop.booked('noon')).toBe(1);
    shop.close();
  });

  test('the same items for another slot are another order', async () => {
    const shop = await openShop(name, { noon: 2, one: 2 });
    const body = wanted('noon');
    accepted(await shop.door.create(body));
    expect(accepted(await shop.door.create({ ...body, slot_id: 'one' })).order.slot_id).toBe('one');
    const none = accepted(await shop.door.create({ ...body, slot_id: null }));
    expect(none.order.slot_id).toBeUndefined();
    shop.close();
  });

  test('a slot that the tenant does not have is full, also when another tenant has it', async () => {
    const shop = await openShop(name, { noon: 1 });
    const neighbour = await openShop(name, { theirs: 5 });
    for (const slotId of ['none', 'theirs']) {
      const refusal = refused(await shop.door.create(wanted(slotId)));
      expect(refusal).toMatchObject({ outcome: 'SLOT_UNAVAILABLE', details: { slot_id: slotId } });
    }
    expect(await neighbour.booked('theirs')).toBe(0);
    shop.close();
    neighbour.close();
  });

  test('places are neither lost nor made while orders come and go at once', async () => {
    const shop = await openShop(name, { noon: 3 });
    const first = (await Promise.all(shop.crowd(3, (door) => door.create(wanted('noon'))))).map(accepted);
    const answers = await Promise.all([
      ...first.flatMap(({ order }) => shop.crowd(2, (door) => door.cancel(order.id))),
      ...shop.crowd(12, (door) => door.create(wanted('noon'))),
    ]);
    for (const { outcome } of answers) expect(outcome).toMatch(/^(ok|SLOT_UNAVAILABLE)$/);
    const created = answers.slice(6).filter(({ outcome }) => outcome === 'ok').length;
    expect(created).toBeLessThanOrEqual(3);
    expect(await shop.booked('noon')).toBe(created);
    // What is left can still be had, and no more than that.
    const rest = await Promise.all(shop.crowd(4, (door) => door.create(wanted('noon'))));
    expect(outcomes(rest)).toEqual(
      created === 3 ? { SLOT_UNAVAILABLE: 4 } : { ok: 3 - created, SLOT_UNAVAILABLE: 1 + created },
    );
    expect(await shop.booked('noon')).toBe(3);
    shop.close();
  });
});

/** A tenant of its own with these slots, and callers of both servers. */
async function openShop(name: DoorName, slots: Readonly<Record<string, number>>) {
  const tenant = await scene.addTenant({ slots: Object.entries(slots).map(([id, capacity]) => ({ id, capacity })) });
  const doors = [openDoor(name, api, tenant.key), openDoor(name, secondApi, tenant.key)] as const;
  return {
    door: doors[0],
    /** The same call so many times at once, half of them at each server. */
    crowd: <T>(size: number, call: (door: (typeof doors)[number]) => Promise<T>): Promise<T>[] =>
      Array.from({ length: size }, (_, index) => call(doors[index % 2 === 0 ? 0 : 1])),
    /** Places taken, as Postgres counts them. */
    async booked(slotId: string): Promise<number | undefined> {
      const { rows } = await scene.database.owner.query<{ booked: number }>(
        'SELECT booked FROM fulfilment_slots WHERE user_id = $1 AND id = $2',
        [tenant.userId, slotId],
      );
      return rows[0]?.booked;
    },
    close() {
      for (const door of doors) door.close();
    },
  };
}

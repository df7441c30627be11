import { randomUUID } from 'node:crypto';
import { orderFingerprint } from '../../domain/fingerprint';
import { DUPLICATE_WINDOW_SECONDS } from '../../domain/idempotency';
import { createOrderSchema } from '../../domain/schemas/create-order';
import { parseInput } from '../../domain/schemas/parse';
import { placeOrder } from '../../persistence/orders/place-order';
import { withTenant } from '../../persistence/with-tenant';
import { sha256Hex } from '../../platform/sha256';
import { CANARY } from '../support/canary';
import { accepted, DOORS, type Door, openDoor, outcomes, refused } from '../support/doors';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import { newAttempt } from '../support/shop';

let scene: Scene;
let api: ApiProcess;
let secondApi: ApiProcess;

beforeAll(async () => {
  scene = await createScene();
  [api, secondApi] = await Promise.all([scene.startApi(PATIENT), scene.startApi(PATIENT), scene.startWorker()]);
});
afterAll(() => scene.close());

const newKey = () => `key-${randomUUID()}`;

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

  describe('one key', () => {
    test('a new key books', async () => {
      const key = newKey();
      const answer = await door.create(sampleBody({ source: 'web' }), { key });
      expect(answer).toMatchObject({
        outcome: 'ok',
        transport: name === 'REST' ? 201 : 'OK',
        data: {
          order: { user_id: tenant.userId, customer_phone: CANARY.phone, status: 'pending', source: 'web', version: 1 },
          idempotency_key: key,
          idempotent_replayed: false,
          current_status: 'pending',
        },
      });
      expect((await door.get(accepted(answer).order.id)).outcome).toBe('ok');
    });

    test('the same request again is answered with the same order, whatever notation it is in', async () => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      const reworded = {
        items: body.items,
        idempotency_key: key,
        notes: ` ${CANARY.notes}\r\n`,
        customer_name: `  ${CANARY.name} `,
        customer_phone: `00${CANARY.phone.slice(0, 2)} (0) ${CANARY.phone.slice(2)}`,
        source: 'api',
        allow_duplicate: false,
      };
      for (const again of [await door.create(body, { key }), await secondDoor.create(reworded)]) {
        expect(again).toMatchObject({ outcome: 'ok', transport: name === 'REST' ? 200 : 'OK' });
        expect(accepted(again)).toEqual({ ...first, idempotent_replayed: true });
      }
    });

    test('another request under the key is refused and told nothing of the first', async () => {
      const key = newKey();
      const body = sampleBody();
      const { order } = accepted(await door.create(body, { key }));
      await door.move(order.id, 'confirmed');
      const others = [
        { customer_name: 'Somebody Else' },
        { customer_phone: '+49 30 5550 1999' },
        { items: [{ name: 'Something else', quantity: 1 }] },
        { notes: 'other words' },
        { source: 'phone' },
        { slot_id: 'noon' },
        { allow_duplicate: true },
      ];
      for (const other of others) {
        const refusal = refused(await door.create({ ...body, ...other }, { key }));
        expect(refusal).toMatchObject({ outcome: 'IDEMPOTENCY_KEY_REUSED', details: {}, fields: [] });
        for (const secret of [order.id, CANARY.name, CANARY.item, 'confirmed', tenant.userId, key, order.created_at]) {
          expect(refusal.text).not.toContain(secret);
        }
      }
      expect((await door.events(order.id)).map(({ type }) => type)).toEqual(['created', 'status_changed']);
    });

    test.each([
      ['confirmed', ['confirmed']],
      ['cancelled', ['cancelled']],
      ['completed', ['confirmed', 'processing', 'completed']],
    ])('the create-time answer comes again after the order was %s, its status now apart', async (last, way) => {
      const key = newKey();
      const body = sampleBody();
      const first = accepted(await door.create(body, { key }));
      for (const status of way) accepted(await door.move(first.order.id, status));
      const again = accepted(await secondDoor.create(body, { key }));
      expect(again).toEqual({ ...first, idempotent_replayed: true, current_status: last });
      expect(refused(await door.create({ ...body, notes: 'other' }, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
    });

    test('50 at once under one key, at two servers: one order, 50 equal answers, one of them no replay', async () => {
      const crowd = await openCrowd();
      const key = newKey();
      const body = sampleBody();
      const answers = await Promise.all(crowd.doors.map((each) => each.create(body, { key })));
      expect(outcomes(answers)).toEqual({ ok: 50 });
      const data = answers.map(accepted);
      expect(new Set(data.map(({ order }) => JSON.stringify(order))).size).toBe(1);
      expect(data.filter(({ idempotent_replayed: replayed }) => !replayed)).toHaveLength(1);
      expect(data.every(({ idempotency_key: returned }) => returned === key)).toBe(true);
      expect(await crowd.orderIds()).toEqual([data[0]?.order.id]);
      crowd.close();
    });

    test('the same key is a key of its own for another tenant', async () => {
      const key = newKey();
      const body = sampleBody();
      const { order } = accepted(await door.create(body, { key }));
      const stranger = openDoor(name, api, scene.other.key);
      const theirs = accepted(await stranger.create({ ...body, notes: 'other' }, { key }));
      expect(theirs).toMatchObject({ idempotent_replayed: false, order: { user_id: scene.other.userId } });
      expect(theirs.order.id).not.toBe(order.id);
      stranger.close();
    });
  });

  describe('beside the body and in it', () => {
    test('the key may stand in either place, and in both if they agree', async () => {
      const key = newKey();
      const body = sampleBody();
      const { order } = accepted(await door.create({ ...body, idempotency_key: key }));
      expect(accepted(await door.create(body, { key })).order).toEqual(order);
      expect(accepted(await door.create({ ...body, idempotency_key: key }, { key })).order).toEqual(order);
    });

    test.each([
      ['two keys that differ', { field: 'one', beside: 'two' }],
      ['two keys that differ in case', { field: 'key-a', beside: 'KEY-a' }],
      ['a malformed key in the body', { field: 'white space', beside: undefined }],
      ['a malformed key beside it', { field: undefined, beside: 'a/b' }],
      ['an empty key in the body', { field: '', beside: undefined }],
      ['an empty key beside it', { field: 'one', beside: '' }],
      ['a key of 256 characters', { field: 'k'.repeat(256), beside: undefined }],
    ])('%s: nothing is booked', async (_, { field, beside }) => {
      const before = await door.orderIds();
      const body = sampleBody(field === undefined ? {} : { idempotency_key: field });
      const refusal = refused(await door.create(body, beside === undefined ? {} : { key: beside }));
      expect(refusal.outcome).toBe('VALIDATION_FAILED');
      expect(refusal.fields).toEqual([expect.stringMatching(/^(idempotency_key|Idempotency-Key)$/)]);
      expect(await door.orderIds()).toEqual(before);
    });

    test('a key of 255 characters books', async () => {
      const key = 'K.k_:-9'.padEnd(255, 'x');
      expect(accepted(await door.create(sampleBody(), { key })).idempotency_key).toBe(key);
    });

    test('without a key the server makes one and returns it, and the fingerprint still guards', async () => {
      const body = sampleBody();
      const first = accepted(await door.create(body));
      expect(first.idempotency_key).toMatch(/^[A-Za-z0-9._:-]{1,255}$/);
      expect(refused(await door.create(body))).toMatchObject({
        outcome: 'DUPLICATE_ORDER',
        details: { existing_order_id: first.order.id },
      });
      const again = accepted(await door.create(body, { key: first.idempotency_key }));
      expect(again).toEqual({ ...first, idempotent_replayed: true });
    });
  });

  describe('the same order under another key', () => {
    test('50 at once under 50 keys, at two servers: one order, 49 refused who name it', async () => {
      const crowd = await openCrowd();
      const body = sampleBody();
      const answers = await Promise.all(crowd.doors.map((each) => each.create(body, { key: newKey() })));
      expect(outcomes(answers)).toEqual({ ok: 1, DUPLICATE_ORDER: 49 });
      const [id] = await crowd.orderIds();
      for (const answer of answers) {
        if (answer.outcome === 'ok') expect(answer.data.order.id).toBe(id);
        else expect(answer.details).toEqual({ existing_order_id: id });
      }
      expect(await crowd.orderIds()).toHaveLength(1);
      crowd.close();
    });

    test('is recognised in other words: order, case, width, white space, split lines, phone notation, notes', async () => {
      const tag = randomUUID().slice(0, 8);
      const body = sampleBody({
        items: [
          { name: `Crème brûlée ${tag}`, quantity: 2 },
          { name: `Straße 1 ${tag}`, quantity: 3 },
        ],
      });
      const { order } = accepted(await door.create(body));
      const same: Record<string, unknown>[] = [
        { items: [...(body.items as unknown[])].reverse() },
        { items: [item(`CRÈME BRÛLÉE ${tag}`, 2), item(`STRASSE 1 ${tag}`, 3)] },
        { items: [item(`Ｃrème brûlée ${tag}`, 2), item(`Straße １ ${tag}`, 3)] },
        { items: [item(`  Crème   brûlée\u00a0${tag} `, 2), item(`Straße\u20031 ${tag}`, 3)] },
        { items: [item(`Cre\u0300me bru\u0302le\u0301e ${tag}`, 2), item(`Straße 1 ${tag}`, 3)] },
        { items: [item(`Straße 1 ${tag}`, 1), item(`Crème brûlée ${tag}`, 2), item(`straße 1 ${tag}`, 2)] },
        { customer_phone: `0049 (${CANARY.phone.slice(2, 6)}) ${CANARY.phone.slice(6)}` },
        { notes: 'without nuts, please' },
        { notes: null },
        { customer_name: 'C. Seedworth' },
        { source: 'walk_in' },
      ];
      for (const words of same) {
        const refusal = refused(await door.create({ ...body, ...words }));
        expect({ words, outcome: refusal.outcome, details: refusal.details }).toEqual({
          words,
          outcome: 'DUPLICATE_ORDER',
          details: { existing_order_id: order.id },
        });
      }
    });

    test.each([
      ['another quantity', { items: [{ name: 'Rye', quantity: 3 }] }],
      ['one item more', { items: [item('Rye', 2), item('Butter', 1)] }],
      ['another customer', { customer_phone: '+49 30 5550 1888' }],
    ])('%s makes it another order', async (_, other) => {
      const { key } = await scene.addTenant();
      const fresh = openDoor(name, api, key);
      accepted(await fresh.create(sampleBody({ items: [{ name: 'Rye', quantity: 2 }] })));
      accepted(await fresh.create(sampleBody({ items: [{ name: 'Rye', quantity: 2 }], ...other })));
      expect(await fresh.orderIds()).toHaveLength(2);
      fresh.close();
    });

    test('allow_duplicate books it, says so in the audit trail, and allows nobody else', async () => {
      const body = sampleBody();
      const first = accepted(await door.create(body)).order;
      const second = accepted(await door.create({ ...body, allow_duplicate: true })).order;
      expect(second.id).not.toBe(first.id);
      expect((await door.events(first.id))[0]).toMatchObject({ type: 'created', reason: null });
      expect((await door.events(second.id))[0]).toMatchObject({ type: 'created', reason: 'allow_duplicate' });
      const refusal = refused(await door.create(body));
      expect(refusal.outcome).toBe('DUPLICATE_ORDER');
      expect([first.id, second.id]).toContain(refusal.details.existing_order_id);
    });

    test('a cancelled order stands in nobody’s way', async () => {
      const body = sampleBody();
      const { order } = accepted(await door.create(body));
      expect(refused(await door.create(body)).outcome).toBe('DUPLICATE_ORDER');
      accepted(await door.cancel(order.id));
      expect(accepted(await door.create(body)).order.id).not.toBe(order.id);
    });

    test('the window opens again five minutes after that order, and not before', async () => {
      for (const [age, outcome] of [
        [DUPLICATE_WINDOW_SECONDS - 20, 'DUPLICATE_ORDER'],
        [DUPLICATE_WINDOW_SECONDS, 'ok'],
      ] as const) {
        const body = sampleBody();
        const existing = await placeEarlier(body, age);
        const answer = await door.create(body);
        expect({ age, outcome: answer.outcome }).toEqual({ age, outcome });
        if (answer.outcome !== 'ok') expect(answer.details).toEqual({ existing_order_id: existing });
      }
    });

    /** Writes the order straight into Postgres, as if it had been placed so many seconds ago. */
    async function placeEarlier(body: unknown, ageSeconds: number): Promise<string> {
      const { content } = parseInput(createOrderSchema, body);
      const fingerprint = orderFingerprint(tenant.userId, content, sha256Hex);
      const attempt = newAttempt({ content, fingerprint, at: new Date(Date.now() - ageSeconds * 1_000) });
      const outcome = await withTenant(scene.database.service, tenant.userId, (client) => placeOrder(client, attempt));
      if (outcome.kind !== 'placed') throw new Error(`not placed: ${outcome.kind}`);
      return outcome.order.id;
    }
  });

  describe('a key whose attempt was refused', () => {
    test('is free for the same request once nothing is in its way', async () => {
      const body = sampleBody();
      const key = newKey();
      const { order } = accepted(await door.create(body));
      for (let tries = 0; tries < 2; tries += 1) {
        expect(refused(await door.create(body, { key })).details).toEqual({ existing_order_id: order.id });
      }
      await door.cancel(order.id);
      const booked = accepted(await door.create(body, { key }));
      expect(booked.idempotent_replayed).toBe(false);
      expect(accepted(await door.create(body, { key }))).toEqual({ ...booked, idempotent_replayed: true });
    });

    test('is free for another request, and is then that one’s', async () => {
      const body = sampleBody();
      const key = newKey();
      accepted(await door.create(body));
      expect(refused(await door.create(body, { key })).outcome).toBe('DUPLICATE_ORDER');
      const other = sampleBody();
      const booked = accepted(await door.create(other, { key }));
      expect(booked.idempotent_replayed).toBe(false);
      expect(accepted(await secondDoor.create(other, { key }))).toEqual({ ...booked, idempotent_replayed: true });
      expect(refused(await door.create(body, { key })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
    });

    test('tried again by 30 at once it books once, and one of them made the order', async () => {
      const body = sampleBody();
      const key = newKey();
      const { order } = accepted(await door.create(body));
      expect(refused(await door.create(body, { key })).outcome).toBe('DUPLICATE_ORDER');
      await door.cancel(order.id);
      const crowd = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? door : secondDoor));
      const answers = await Promise.all(crowd.map((each) => each.create(body, { key })));
      expect(outcomes(answers)).toEqual({ ok: 30 });
      const data = answers.map(accepted);
      expect(new Set(data.map(({ order: { id } }) => id)).size).toBe(1);
      expect(data.filter(({ idempotent_replayed: replayed }) => !replayed)).toHaveLength(1);
    });
  });

  /** 50 callers of a tenant of their own, half of them at each server. */
  async function openCrowd() {
    const { key } = await scene.addTenant();
    const doors = Array.from({ length: 50 }, (_, index) => openDoor(name, index % 2 === 0 ? api : secondApi, key));
    const reader = openDoor(name, api, key);
    return {
      doors,
      orderIds: () => reader.orderIds(),
      close() {
        for (const each of [reader, ...doors]) each.close();
      },
    };
  }
});

function item(name: string, quantity: number) {
  return { name, quantity };
}

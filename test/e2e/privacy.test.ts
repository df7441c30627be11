import { randomUUID } from 'node:crypto';
import { temporal as proto } from '@temporalio/proto';
import { CANARY } from '../support/canary';
import { accepted, DOORS, openDoor } from '../support/doors';
import { eventually } from '../support/eventually';
import { orderClient } from '../support/grpc-caller';
import { rawGrpc } from '../support/raw-grpc';
import { sendBytes, sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import type { ServiceProcess } from '../support/services';
import { openSse } from '../support/sse-stream';
import { startTcpProxy } from '../support/tcp-proxy';

/** Nothing of a customer may be where operators, log stores or Temporal can read it: only Postgres holds it in the clear. */
let scene: Scene;
let api: ApiProcess;
let worker: ServiceProcess;
let tenant: TestTenant;

const REASON = 'canary-reason-5d1e';
/** Every way in which a piece of the customer could show up: as it was sent, as it is kept, and encoded. */
const PIECES = [CANARY.name, CANARY.notes, CANARY.item, REASON].flatMap((text) => [
  text,
  text.toLowerCase(),
  text.toUpperCase(),
  encodeURIComponent(text),
  text.replaceAll(' ', '+'),
]);
const NOTATIONS = [
  CANARY.phone,
  `+${CANARY.phone}`,
  `00${CANARY.phone}`,
  '+49 (0)151 555 00017',
  '0049-151-55500017',
  '+49.151.555.000.17',
];

beforeAll(async () => {
  scene = await createScene();
  tenant = await scene.addTenant({ slots: [{ id: 'noon', capacity: 1 }] });
  [api, worker] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
  await everyKindOfCall();
});
afterAll(() => scene.close());

/** Accepted, refused, malformed and failing calls, each with the customer in every place that takes text. */
async function everyKindOfCall(): Promise<void> {
  for (const name of DOORS) {
    const door = openDoor(name, api, tenant.key);
    for (const customer_phone of NOTATIONS.slice(0, 2)) {
      const body = sampleBody({ customer_phone, slot_id: 'noon', source: 'phone' });
      const key = `key-${randomUUID()}`;
      await door.create(body, { key });
      await door.create(body, { key });
      await door.create(body);
      await door.create({ ...body, notes: REASON }, { key });
    }
    const { order } = accepted(await door.create(sampleBody()));
    await door.move(order.id, 'confirmed', { reason: REASON });
    await door.move(order.id, 'pending', { reason: REASON });
    await door.move(order.id, 'processing', { reason: REASON, expectedVersion: 9 });
    await door.cancel(order.id, { reason: REASON });
    await door.cancel(order.id, { reason: REASON });
    await door.move(CANARY.phone, CANARY.name).catch(() => undefined);
    door.close();
  }
  await badRestCalls();
  await badGrpcCalls();
  await failingCalls();
}

async function badRestCalls(): Promise<void> {
  const send = (method: string, path: string, json?: unknown, headers: Record<string, string> = {}) =>
    sendRest(api.restUrl, method, path, { key: tenant.key, json, headers });
  for (const phone of [...NOTATIONS, CANARY.name, CANARY.notes]) {
    const text = encodeURIComponent(phone);
    await send('GET', `/api/orders?customer_phone=${text}&unknown=${text}&status=${text}`);
    await send('GET', `/api/orders?customer_phone=${text}`);
    await send('GET', `/api/orders/${text}`);
    await send('GET', `/${text}`);
    await send('DELETE', `/api/orders/${text}`);
    await send('POST', '/api/orders', { ...sampleBody(), [phone]: phone });
    await send('POST', '/api/orders', { customer_name: [phone], items: [{ name: phone, quantity: phone }] });
    await send('POST', '/api/orders', sampleBody({ idempotency_key: phone, source: phone, slot_id: `${phone} ` }));
    await send('GET', '/api/orders', undefined, {
      'x-correlation-id': `for ${phone}`,
      'user-agent': phone,
      referer: phone,
    });
    await sendRest(api.restUrl, 'POST', '/api/orders', { key: tenant.key, raw: `{"customer_phone":"${phone}"` });
    await sendRest(api.restUrl, 'POST', '/api/orders', { key: `obk_${phone}`, json: sampleBody() });
    await sendBytes(api.restUrl, `${phone} /${phone} HTTP/1.1\r\n${phone}: ${phone}\r\n\r\n`);
  }
}

async function badGrpcCalls(): Promise<void> {
  const grpc = rawGrpc(api.grpcAddress);
  const { client, options } = orderClient(api.grpcAddress, tenant.key);
  for (const phone of [...NOTATIONS, CANARY.name]) {
    await grpc.send(`/orderbooking.v1.OrderService/${phone.replaceAll(' ', '')}`, Buffer.from(phone));
    await grpc.send('/orderbooking.v1.OrderService/CreateOrder', Buffer.from(phone), {
      authorization: `Bearer ${tenant.key}`,
      'x-correlation-id': `for ${phone}`,
      'idempotency-key': `for ${phone}`,
    });
    const calls = [
      client.createOrder({ customerName: '', customerPhone: phone, notes: CANARY.notes }, options()),
      client.listOrders({ customerPhone: phone, pageToken: phone }, options()),
      client.getOrder({ orderId: phone }, options()),
    ];
    await Promise.allSettled(calls);
  }
  client.close();
  grpc.close();
}

/** Calls whose statement, not only their content, fails: drivers and frameworks like to quote. */
async function failingCalls(): Promise<void> {
  const database = new URL(scene.database.serviceUrl);
  const proxy = await startTcpProxy(database.host);
  database.host = proxy.address;
  const env = { DATABASE_URL: database.href, LOG_LEVEL: 'debug', ...PATIENT };
  const other = await scene.startApi(env);
  const stream = await openSse(other.restUrl, tenant.key);
  await proxy.refuse();
  for (const name of DOORS) {
    const door = openDoor(name, other, tenant.key);
    await door.get(randomUUID());
    door.close();
  }
  await sendRest(other.restUrl, 'GET', `/api/orders?customer_phone=${CANARY.phone}`, { key: tenant.key });
  // A defect: the row breaks a rule of the database itself, whose message quotes the row.
  const { owner } = scene.database;
  await owner.query(`ALTER TABLE orders ADD CONSTRAINT defect CHECK (notes <> 'broken ${CANARY.notes}') NOT VALID`);
  const broken = sampleBody({ notes: `broken ${CANARY.notes}` });
  const answer = await sendRest(api.restUrl, 'POST', '/api/orders', { key: tenant.key, json: broken });
  expect(answer.code).toBe('INTERNAL');
  await owner.query('ALTER TABLE orders DROP CONSTRAINT defect');
  await other.stop();
  await stream.ended;
  await proxy.close();
  lines.push(...other.lines);
}

const lines: string[] = [];
const written = () => [...lines, ...api.lines, ...worker.lines];

function expectNoCustomer(text: string): void {
  for (const piece of PIECES) if (text.includes(piece)) throw new Error(`${piece} is in: ${text.slice(0, 500)}`);
  // No phone in any notation: whatever stands between its digits.
  const digits = CANARY.phone.slice(2).split('').join('[ ().%+-]{0,4}');
  const found = new RegExp(digits).exec(text);
  if (found !== null) throw new Error(`${found[0]} is in: ${text.slice(Math.max(0, found.index - 200))}`);
}

test('the check of this file finds what it looks for', () => {
  for (const piece of [...PIECES, ...NOTATIONS, NOTATIONS.map(encodeURIComponent).join()]) {
    expect(() => expectNoCustomer(`{"msg":"order of ${piece}"}`)).toThrow('is in');
  }
});

test('no line of any service holds anything of a customer', async () => {
  await eventually('the lines of the calls', () => worker.lines.some((line) => line.includes('orderStatusChanged')));
  expect(written().length).toBeGreaterThan(100);
  expectNoCustomer(written().join('\n'));
});

test('without a collector nothing is printed but JSON log lines', () => {
  for (const line of written()) {
    const parsed = JSON.parse(line) as Record<string, unknown>;
    expect(parsed).toMatchObject({ level: expect.any(String), service: expect.stringMatching(/^order-/) });
    expect(Number.isNaN(Date.parse(String(parsed.time)))).toBe(false);
    expect(String(parsed.msg)).not.toMatch(/telemetry|otlp|export/i);
  }
});

test('no line holds a key, or what could be used as one', () => {
  for (const key of [tenant.key, tenant.adminKey]) {
    const secret = key.split('_').slice(2).join('_');
    expect(written().join('\n')).not.toContain(secret);
  }
});

test('what an operator needs is there: who, what, how it ended, and the correlation id', () => {
  const calls = api.lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => event === 'call');
  expect(calls.length).toBeGreaterThan(50);
  for (const call of calls)
    expect(call).toMatchObject({ correlationId: expect.any(String), method: expect.any(String) });
  const codes = new Set(calls.map(({ code }) => code));
  for (const code of ['VALIDATION_FAILED', 'NOT_FOUND', 'DUPLICATE_ORDER', 'IDEMPOTENCY_KEY_REUSED', 'INTERNAL']) {
    expect(codes).toContain(code);
  }
});

test('neither do the ids, search attributes and histories that Temporal keeps in the clear', async () => {
  const { client, taskQueue } = { client: scene.temporal, taskQueue: scene.taskQueue };
  const list = () =>
    client.workflowService.listWorkflowExecutions({
      namespace: 'default',
      query: `TaskQueue = '${taskQueue}'`,
      pageSize: 1_000,
    });
  // Visibility lags behind.
  const { executions } = await eventually('Temporal to list the runs', async () => {
    const page = await list();
    return page.executions.length >= 8 && page;
  });
  for (const info of executions) {
    expectNoCustomer(textOf(proto.api.workflow.v1.WorkflowExecutionInfo.encode(info).finish()));
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution: info.execution ?? null,
    });
    expect(history?.events?.length).toBeGreaterThan(2);
    expectNoCustomer(textOf(proto.api.history.v1.History.encode(history ?? {}).finish()));
  }
});

/** The bytes as text, those of payloads among them. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

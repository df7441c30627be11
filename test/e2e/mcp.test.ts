import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { sampleTalk, setCapabilities, type Talk } from '../support/booking';
import { bookingRestCaller } from '../support/booking-rest-caller';
import { CANARY } from '../support/canary';
import { eventually } from '../support/eventually';
import { INITIALIZE, request2026, sendMcp } from '../support/json-rpc';
import {
  answering,
  connectMcp,
  converse,
  type FillForm,
  type McpConversation,
  REVISIONS,
  type Revision,
  type ToolAnswer,
} from '../support/mcp-client';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';

const STDIO_MAIN = join(__dirname, '..', '..', 'dist', 'services', 'order-api', 'mcp-stdio', 'main.js');

/** What an agent reads of a booking's answers. */
interface BookingData {
  readonly id: string;
  readonly next_step: string | null;
  readonly draft: {
    readonly items: readonly { readonly id: string; readonly name: string; readonly quantity: number }[];
  };
  readonly order_id: string | null;
}

let scene: Scene;
let api: ApiProcess;
const open: McpConversation[] = [];

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
  await setCapabilities(api, scene.other, { order_booking_enabled: true });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close().catch(() => undefined)));
});
afterAll(() => scene.close());

const WAYS = (['HTTP', 'stdio'] as const).flatMap((way) => REVISIONS.map((revision) => [way, revision] as const));
type Way = (typeof WAYS)[number][0];

interface Opening {
  readonly fill?: FillForm;
  readonly tenant?: TestTenant;
  readonly key?: string;
}

async function connect(
  way: Way,
  revision: Revision,
  { fill, tenant = scene.tenant, key = tenant.aiKey }: Opening = {},
) {
  const client = { revision, ...(fill === undefined ? {} : { fill }) };
  const conversation =
    way === 'HTTP'
      ? await connectMcp(api.restUrl, key, client)
      : await converse(stdio({ ORDER_API_URL: api.restUrl, ORDER_API_KEY: key, ...PATIENT }), client);
  open.push(conversation);
  return conversation;
}

function stdio(env: Record<string, string>): StdioClientTransport {
  return new StdioClientTransport({ command: process.execPath, args: [STDIO_MAIN], env, stderr: 'ignore' });
}

function ok({ isError, data, texts }: ToolAnswer): Readonly<Record<string, unknown>> {
  if (isError) throw new Error(`refused: ${texts.join('\n')}`);
  return data;
}

function refusal({ isError, data }: ToolAnswer): Readonly<Record<string, unknown>> {
  expect(isError).toBe(true);
  return data;
}

function bookingOf(data: Readonly<Record<string, unknown>>): BookingData {
  return data.booking as BookingData;
}

interface Shown {
  readonly booking_id: string;
  readonly summary_digest: string;
  readonly text: string;
  readonly talk: Talk;
}

/** An agent that does everything right, up to the summary. */
async function toSummary(agent: McpConversation, talk = sampleTalk()): Promise<Shown> {
  const started = ok(await agent.call('start_booking', { locale: 'en' }));
  const booking_id = bookingOf(started).id;
  const added = ok(await agent.call('add_items', { booking_id, ...talk.items }));
  expect(added.say).toContain('Rye Bread');
  ok(await agent.call('confirm_items', { booking_id, ...talk.yesToItems }));
  ok(await agent.call('set_customer', { booking_id, ...talk.customer }));
  const { summary_digest, summary } = ok(await agent.call('get_summary', { booking_id }));
  return { booking_id, summary_digest: String(summary_digest), text: (summary as { text: string }).text, talk };
}

function order({ idempotency_key, payload }: Readonly<Record<string, unknown>>) {
  return { idempotency_key, payload };
}

async function decisions(bookingId: string, tenant = scene.tenant) {
  return bookingRestCaller(api.restUrl, tenant.aiKey).decisions(bookingId);
}

async function ordersOf(phone: string): Promise<number> {
  const digits = phone.replaceAll(/\D/g, '');
  const { rows } = await scene.database.owner.query('SELECT 1 FROM orders WHERE customer_phone = $1', [digits]);
  return rows.length;
}

describe.each(WAYS)('over %s, a client of %s', (way, revision) => {
  test('takes an order from the first word to the end; asked for again, there is still one', async () => {
    const agent = await connect(way, revision);
    await agent.client.listTools();
    const { booking_id, summary_digest, talk } = await toSummary(agent);
    const confirmed = ok(await agent.call('confirm_booking', { booking_id, summary_digest, customer_reply: talk.yes }));
    expect(bookingOf(confirmed)).toMatchObject({ next_step: 'create_order' });
    const placed = ok(await agent.call('create_order', order(confirmed)));
    expect(placed).toMatchObject({
      idempotent_replayed: false,
      order: { source: 'ai', customer_name: CANARY.name, total_quantity: 5, status: 'pending' },
    });
    const again = await Promise.all([1, 2, 3].map(() => agent.call('create_order', order(confirmed))));
    for (const answer of again) expect(ok(answer)).toMatchObject({ idempotent_replayed: true, order: placed.order });
    expect(await ordersOf(talk.customer.customer_phone)).toBe(1);

    const orderId = (placed.order as { id: string }).id;
    expect(bookingOf(ok(await agent.call('get_booking', { booking_id })))).toMatchObject({
      order_id: orderId,
      next_step: null,
    });
    const [content] = (await agent.client.readResource({ uri: `orderbooking://bookings/${booking_id}` })).contents;
    expect(JSON.parse((content as { text: string }).text)).toMatchObject({
      booking: { id: booking_id, order_id: orderId },
    });
  });

  test('has the customer asked in a form, whose words are the answer on record', async () => {
    const agent = await connect(way, revision, { fill: answering('Yes!') });
    const { booking_id, summary_digest, text } = await toSummary(agent);
    const confirmed = ok(await agent.call('confirm_booking', { booking_id, summary_digest }));
    expect(agent.forms.map(({ message }) => message)).toEqual([text]);
    ok(await agent.call('create_order', order(confirmed)));
    const records = await decisions(booking_id);
    expect(records.filter(({ decision }) => decision === 'blocked')).toEqual([]);
    expect(records.find(({ step }) => step === 'confirm_booking')).toMatchObject({
      decision: 'accepted',
      customer_words: 'Yes!',
      shown: text,
      summary_digest,
    });
  });

  test.each([
    ['decline', 'reply_declined', ''],
    ['cancel', 'reply_declined', ''],
    ['yes but make it two', 'reply_change', 'yes but make it two'],
    ['No', 'reply_no', 'No'],
  ])('takes the answer "%s" for no, asks once, and books nothing', async (answer, reason, words) => {
    const fill: FillForm = answer === 'decline' || answer === 'cancel' ? () => ({ action: answer }) : answering(answer);
    const agent = await connect(way, revision, { fill });
    const { booking_id, summary_digest, text, talk } = await toSummary(agent);
    const refused = refusal(await agent.call('confirm_booking', { booking_id, summary_digest }));
    expect(refused).toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'explicit_confirmation',
      reason,
      booking_id,
    });
    expect(refused.say_next).toBe(refused.ask);
    // The question is over: to ask again takes the summary again, which is for the agent to decide.
    expect(refusal(await agent.call('confirm_booking', { booking_id, summary_digest }))).toMatchObject({
      code: 'STALE_CONFIRMATION',
      guardrail: 'current_summary',
    });
    expect(agent.forms).toHaveLength(1);
    expect((await decisions(booking_id)).find(({ step }) => step === 'confirm_booking')).toMatchObject({
      decision: 'blocked',
      reason,
      customer_words: words,
      shown: text,
    });
    expect(await ordersOf(talk.customer.customer_phone)).toBe(0);
  });

  test('that answers for its customer has the customer asked all the same', async () => {
    const agent = await connect(way, revision, { fill: () => ({ action: 'decline' }) });
    const { booking_id, summary_digest, text, talk } = await toSummary(agent);
    const claim = { booking_id, summary_digest, customer_reply: 'yes' };
    expect(refusal(await agent.call('confirm_booking', claim))).toMatchObject({ reason: 'reply_declined' });
    // Nor is the same claim good for the summary that is shown again.
    ok(await agent.call('get_summary', { booking_id }));
    expect(refusal(await agent.call('confirm_booking', claim))).toMatchObject({ reason: 'reply_declined' });
    expect(agent.forms.map(({ message }) => message)).toEqual([text, text]);
    const answers = (await decisions(booking_id)).filter(({ step }) => step === 'confirm_booking');
    expect(answers.map(({ decision, customer_words }) => [decision, customer_words])).toEqual([
      ['blocked', ''],
      ['blocked', ''],
    ]);
    expect(await ordersOf(talk.customer.customer_phone)).toBe(0);
  });

  test('that can show no form is told what to show, and then passes the reply on', async () => {
    const agent = await connect(way, revision);
    const { booking_id, summary_digest, text } = await toSummary(agent);
    expect(refusal(await agent.call('confirm_booking', { booking_id, summary_digest }))).toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'explicit_confirmation',
      reason: 'reply_empty',
      next_step: 'final_confirmation',
      missing: ['confirmation'],
      ask: text,
      say_next: text,
    });
    ok(await agent.call('confirm_booking', { booking_id, summary_digest, customer_reply: 'yes' }));
  });

  test('that skips the confirmation gets no order', async () => {
    const agent = await connect(way, revision);
    const { talk, summary_digest } = await toSummary(agent);
    const payload = {
      user_id: scene.tenant.userId,
      customer_name: talk.customer.customer_name,
      customer_phone: talk.customer.customer_phone,
      items: [{ name: 'Rye Bread', quantity: 3 }],
      source: 'ai',
    };
    for (const idempotency_key of [undefined, '', 'order-1', summary_digest, `bk1.${'0'.repeat(32)}.abc.x.y.z`]) {
      const answer = refusal(await agent.call('create_order', { idempotency_key, payload }));
      expect(answer).toMatchObject({ code: 'CONFIRMATION_REQUIRED', guardrail: 'confirmation_key' });
    }
    expect(await ordersOf(talk.customer.customer_phone)).toBe(0);
  });

  test('that changes anything after the yes gets no order', async () => {
    const agent = await connect(way, revision);
    const { booking_id, summary_digest, talk } = await toSummary(agent);
    const confirmed = ok(await agent.call('confirm_booking', { booking_id, summary_digest, customer_reply: 'yes' }));
    const payload = confirmed.payload as { readonly items: readonly object[] };
    const more = { ...payload, items: [...payload.items, { name: 'Cake', quantity: 1 }] };
    expect(refusal(await agent.call('create_order', { ...order(confirmed), payload: more }))).toMatchObject({
      code: 'CONFIRMATION_REQUIRED',
      guardrail: 'confirmed_content',
    });
    ok(await agent.call('remove_item', { booking_id, item_id: 'item_1' }));
    expect(refusal(await agent.call('create_order', order(confirmed)))).toMatchObject({
      code: 'STALE_CONFIRMATION',
      guardrail: 'live_confirmation',
    });
    expect(await ordersOf(talk.customer.customer_phone)).toBe(0);
  });

  test('that invents an item is told what to ask', async () => {
    const agent = await connect(way, revision);
    const booking_id = bookingOf(ok(await agent.call('start_booking'))).id;
    const answer = refusal(
      await agent.call('add_items', {
        booking_id,
        customer_message: 'Two loaves of bread please',
        items: [{ name: 'Chocolate cake', quantity: 1, name_words: 'Chocolate cake', quantity_words: 'Two' }],
      }),
    );
    expect(answer).toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'item_grounding',
      next_step: 'collect_items',
    });
    expect(answer.say_next).toBe(answer.ask);
    expect(bookingOf(ok(await agent.call('get_booking', { booking_id }))).draft.items).toEqual([]);
  });

  test('with a key that is none, or not for this, is told so', async () => {
    const stranger = async () =>
      (await connect(way, revision, { key: `${scene.tenant.aiKey.slice(0, -1)}x` })).call('start_booking');
    if (way === 'HTTP') await expect(stranger()).rejects.toThrow();
    else expect(refusal(await stranger())).toMatchObject({ code: 'UNAUTHENTICATED' });
    const owner = await connect(way, revision, { key: scene.tenant.adminKey });
    expect(refusal(await owner.call('start_booking'))).toMatchObject({
      code: 'PERMISSION_DENIED',
      required_scopes: ['ai:book'],
    });
  });

  test('finds no booking of another tenant, and nothing that its yes is good for', async () => {
    const agent = await connect(way, revision);
    const theirs = await connect(way, revision, { tenant: scene.other });
    const { booking_id, summary_digest } = await toSummary(agent);
    for (const [tool, input] of [
      ['get_booking', { booking_id }],
      ['get_summary', { booking_id }],
      ['confirm_booking', { booking_id, summary_digest, customer_reply: 'yes' }],
      ['abandon_booking', { booking_id }],
    ] as const) {
      expect([tool, refusal(await theirs.call(tool, input)).code]).toEqual([tool, 'NOT_FOUND']);
    }
    await expect(theirs.client.readResource({ uri: `orderbooking://bookings/${booking_id}` })).rejects.toMatchObject({
      code: -32_602,
    });
    const confirmed = ok(await agent.call('confirm_booking', { booking_id, summary_digest, customer_reply: 'yes' }));
    const payload = { ...(confirmed.payload as object), user_id: scene.other.userId };
    expect(refusal(await theirs.call('create_order', { ...order(confirmed), payload }))).toMatchObject({
      code: 'CONFIRMATION_REQUIRED',
      guardrail: 'confirmation_key',
    });
  });

  test('keeps two conversations apart, a yes in one from the order of the other', async () => {
    const agent = await connect(way, revision);
    const [first, second] = await Promise.all([toSummary(agent), toSummary(agent)]);
    expect(
      refusal(
        await agent.call('confirm_booking', {
          booking_id: first.booking_id,
          summary_digest: second.summary_digest,
          customer_reply: 'yes',
        }),
      ),
    ).toMatchObject({ code: 'STALE_CONFIRMATION', guardrail: 'current_summary' });
    const [one, two] = await Promise.all(
      [first, second].map(async ({ booking_id, summary_digest }) =>
        ok(await agent.call('confirm_booking', { booking_id, summary_digest, customer_reply: 'yes' })),
      ),
    );
    expect(
      refusal(await agent.call('create_order', { idempotency_key: one?.idempotency_key, payload: two?.payload })),
    ).toMatchObject({ code: 'CONFIRMATION_REQUIRED', guardrail: 'confirmed_content' });
  });
});

test('a tenant that takes no orders from agents says so, with what to tell the customer', async () => {
  const tenant = await scene.addTenant();
  const agent = await connect('HTTP', '2026', { tenant });
  expect(ok(await agent.call('is_order_booking_enabled'))).toEqual({ order_booking_enabled: false });
  expect(refusal(await agent.call('start_booking'))).toMatchObject({
    code: 'ORDER_BOOKING_DISABLED',
    guardrail: 'capability',
  });
  await setCapabilities(api, tenant, { order_booking_enabled: true, booking_locale: 'fr' });
  expect(ok(await agent.call('is_order_booking_enabled'))).toEqual({ order_booking_enabled: true });
  expect(ok(await agent.call('start_booking'))).toMatchObject({ booking: { locale: 'fr' } });
});

describe('over HTTP', () => {
  test('a session goes with its process; the booking does not', async () => {
    const first = await scene.startApi(PATIENT);
    const before = await connectMcp(first.restUrl, scene.tenant.aiKey, { revision: '2025' });
    const { booking_id, summary_digest } = await toSummary(before);
    const { headers } = await sendMcp(first.restUrl, { key: scene.tenant.aiKey, body: INITIALIZE });
    await first.kill();

    const session = { 'mcp-session-id': headers.get('mcp-session-id') ?? '' };
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const lost = await sendMcp(api.restUrl, { key: scene.tenant.aiKey, headers: session, body });
    expect(lost.status).toBe(404);
    const after = await connect('HTTP', '2025');
    const confirmed = ok(await after.call('confirm_booking', { booking_id, summary_digest, customer_reply: 'yes' }));
    ok(await after.call('create_order', order(confirmed)));
    await before.close().catch(() => undefined);
  });

  test('a question that one process asked can be answered to another', async () => {
    const second = await scene.startApi(PATIENT);
    // Every other request goes to the other process.
    let count = 0;
    const agent = await connectMcp(api.restUrl, scene.tenant.aiKey, {
      revision: '2026',
      fill: answering('yes'),
      fetch: (url, init) => {
        count += 1;
        return fetch(String(url).replace(api.restUrl, count % 2 === 0 ? second.restUrl : api.restUrl), init);
      },
    });
    open.push(agent);
    const { booking_id, summary_digest } = await toSummary(agent);
    const atStart = count;
    ok(await agent.call('confirm_booking', { booking_id, summary_digest }));
    expect(count - atStart).toBe(2);
    await second.stop();
  });

  test('a process that is told to end while a customer is asked ends in time, and the booking can be gone on with', async () => {
    const leaving = await scene.startApi(PATIENT);
    const agent = await connectMcp(leaving.restUrl, scene.tenant.aiKey, {
      revision: '2025',
      fill: () => new Promise(() => undefined),
    });
    open.push(agent);
    const { booking_id, summary_digest } = await toSummary(agent);
    const asked = agent.call('confirm_booking', { booking_id, summary_digest });
    await eventually('the form', () => agent.forms.length === 1);
    const stopped = leaving.stop();
    expect(refusal(await asked)).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(await stopped).toBe(0);
    const next = await connect('HTTP', '2026', { fill: answering('yes') });
    ok(await next.call('confirm_booking', { booking_id, summary_digest }));
  });

  test('clients that break off in the middle of anything leave the process as it was', async () => {
    const own = await scene.startApi(PATIENT);
    const key = scene.tenant.aiKey;
    const { headers: opened } = await sendMcp(own.restUrl, { key, body: INITIALIZE });
    const session = { 'mcp-session-id': opened.get('mcp-session-id') ?? '' };
    const called = { name: 'get_booking', arguments: { booking_id: randomUUID() } };
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: called };
    const modern = request2026('tools/call', called);
    const kinds = [
      { body: INITIALIZE },
      { headers: session, body: call },
      { headers: session, body: Array.from({ length: 20 }, (_, id) => ({ ...call, id: id + 1 })) },
      { headers: session, method: 'GET' },
      { headers: session, body: { jsonrpc: '2.0', id: 7, result: {} } },
      modern,
    ];
    await Promise.all(
      kinds.flatMap((kind) =>
        [0.5, 1].flatMap((part) => Array.from({ length: 10 }, () => breakOff(own, key, kind, part))),
      ),
    );
    const waiting = await Promise.all(
      REVISIONS.map((revision) => connectMcp(own.restUrl, key, { revision, fill: () => new Promise(() => undefined) })),
    );
    for (const agent of waiting) {
      const { booking_id, summary_digest } = await toSummary(agent);
      agent.call('confirm_booking', { booking_id, summary_digest }).catch(() => undefined);
      await eventually('the form', () => agent.forms.length === 1);
      await agent.close();
    }
    const { status } = await sendMcp(own.restUrl, { key, headers: session, body: call });
    expect(status).toBe(200);
    expect(await own.stop()).toBe(0);
    expect(own.lines.filter((line) => /uncaught|unhandled|"level":"error"/i.test(line))).toEqual([]);
  });

  /** Sends this part of a request, and is gone. */
  async function breakOff(
    { restUrl }: ApiProcess,
    key: string,
    {
      headers = {},
      body,
      method = 'POST',
    }: { readonly headers?: object; readonly body?: unknown; readonly method?: string },
    part: number,
  ): Promise<void> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const sent = request(`${restUrl}/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...(text === '' ? {} : { 'content-length': Buffer.byteLength(text) }),
        ...headers,
      },
    });
    sent.on('error', () => undefined).on('response', (response) => response.destroy());
    await new Promise<void>((resolve) => sent.write(text.slice(0, text.length * part) || ' ', () => resolve()));
    sent.destroy();
    await new Promise<void>((resolve) => (sent.closed ? resolve() : sent.once('close', resolve)));
  }

  test('no word of a customer is in the log', async () => {
    const agent = await connect('HTTP', '2026', { fill: answering('Yes') });
    const { booking_id, summary_digest } = await toSummary(agent);
    ok(await agent.call('confirm_booking', { booking_id, summary_digest }));
    await eventually('its line', () => api.lines.some((line) => line.includes('tools/confirm_booking')));
    for (const word of Object.values(CANARY)) expect(api.lines.join('\n')).not.toContain(word);
  });
});

describe('over stdio', () => {
  const run = (env: Record<string, string>) => {
    const child = spawn(process.execPath, [STDIO_MAIN], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (said.stdout += String(data)));
    child.stderr.on('data', (data) => (said.stderr += String(data)));
    return { child, said, exited: once(child, 'close').then(([code]) => code as number | null) };
  };

  test('what is missing to start is named on stderr; stdout stays the protocol’s', async () => {
    const { said, exited } = run({ ORDER_BOOKING_DATA_DIR: '/nowhere' });
    expect(await exited).toBe(1);
    expect(said.stderr).toMatch(/ORDER_API_KEY: is missing[\s\S]*ORDER_API_URL: is missing[\s\S]*npm start/);
    expect(said.stdout).toBe('');
  });

  test.each(['stdin', 'SIGTERM', 'SIGINT'] as const)('it writes messages only, and ends with %s', async (end) => {
    const { child, said, exited } = run({
      ORDER_API_URL: api.restUrl,
      ORDER_API_KEY: scene.tenant.aiKey,
      LOG_LEVEL: 'debug',
    });
    child.stdin.write(`not json\n${JSON.stringify(INITIALIZE)}\n`);
    const call = { name: 'start_booking', arguments: {} };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call })}\n`);
    await eventually('both answers', () => said.stdout.split('\n').length > 2);
    const messages = said.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { jsonrpc: string; id: number });
    expect(messages.map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual([
      ['2.0', 0],
      ['2.0', 1],
    ]);
    // Another pipe, whose lines may come later.
    await eventually('its log line', () => said.stderr.includes('tools/start_booking'));
    if (end === 'stdin') child.stdin.end();
    else child.kill(end);
    expect(await exited).toBe(0);
  });

  test('an order API that is not there is an answer, not an end', async () => {
    const away = await scene.startApi(PATIENT);
    const agent = await converse(stdio({ ORDER_API_URL: away.restUrl, ORDER_API_KEY: scene.tenant.aiKey }), {
      revision: '2026',
    });
    open.push(agent);
    ok(await agent.call('start_booking'));
    await away.stop();
    const answer = refusal(await agent.call('start_booking'));
    expect(answer).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(refusal(await agent.call('start_booking')).code).toBe('UNAVAILABLE');
  });

  test('it has no tool that it has no route for', async () => {
    const agent = await connect('stdio', '2025');
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('is_order_booking_enabled');
    expect(tools).toHaveLength(10);
  });
});

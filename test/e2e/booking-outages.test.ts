import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import {
  bookingStepAnswerSchema,
  confirmedBookingAnswerSchema,
  shownSummaryAnswerSchema,
} from '../../domain/schemas/booking-wire';
import { createdOrderAnswerSchema } from '../../domain/schemas/wire';
import { orderOf, sampleTalk, setCapabilities } from '../support/booking';
import { bookingRestCaller } from '../support/booking-rest-caller';
import { type Answer, accepted } from '../support/doors';
import { eventually } from '../support/eventually';
import { holdCommits, waitingForLocks } from '../support/postgres-gate';
import { type Envelope, restCall } from '../support/rest-caller';
import { type ApiProcess, createScene, type Scene } from '../support/scene';
import type { ServiceProcess } from '../support/services';

/**
 * An agent that does not know what became of its call makes the same call again, of whatever process it finds. What the
 * worker's death does to a step is in test/workflow/booking-crash.test.ts; here both go, and the API dies knowing the answer.
 */
let scene: Scene;
let api: ApiProcess;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createScene();
  [api, worker] = await Promise.all([scene.startApi(), scene.startWorker()]);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
});
afterAll(() => scene.close());

interface Call<Data> {
  readonly method: string;
  readonly path: string;
  readonly schema: z.ZodType<Envelope<Data>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

function send<Data>({ method, path, schema, body }: Call<Data>, headers: Record<string, string> = {}) {
  return restCall(api.restUrl, scene.tenant.aiKey)(method, path, schema, { headers, ...(body ? { body } : {}) });
}

/** The whole way of a booking; every step goes through `take`, however often that sends it. */
async function book(take: <Data>(call: Call<Data>) => Promise<Answer<Data>>) {
  const talk = sampleTalk();
  const named = (body: object = {}) => ({ ...body, step_id: randomUUID() });
  const step = (method: string, path: string, body: object) =>
    take({ method, path, schema: bookingStepAnswerSchema, body: named(body) });
  const { id } = accepted(await step('POST', '/api/bookings', {})).booking;
  const of = `/api/bookings/${id}`;
  accepted(await step('POST', `${of}/items`, talk.items));
  accepted(await step('POST', `${of}/confirm-items`, talk.yesToItems));
  accepted(await step('PUT', `${of}/customer`, talk.customer));
  const shown = accepted(
    await take({ method: 'GET', path: `${of}/summary?step_id=${randomUUID()}`, schema: shownSummaryAnswerSchema }),
  );
  const yes = named({ summary_digest: shown.summary_digest, customer_reply: talk.yes });
  const confirmed = accepted(
    await take({ method: 'POST', path: `${of}/confirm`, schema: confirmedBookingAnswerSchema, body: yes }),
  );
  const body = { ...orderOf(confirmed) };
  const created = accepted(
    await take({ method: 'POST', path: '/api/ai/orders', schema: createdOrderAnswerSchema, body }),
  );
  return { id, created };
}

/** Each step was taken once, and there is one order of the booking. */
async function tookEachStepOnce(bookingId: string, orderId: string): Promise<void> {
  const decisions = await bookingRestCaller(api.restUrl, scene.tenant.aiKey).decisions(bookingId);
  expect(decisions.map(({ step, decision }) => `${step} ${decision}`)).toEqual([
    'start accepted',
    'add_items accepted',
    'confirm_items accepted',
    'set_customer accepted',
    'get_summary accepted',
    'confirm_booking accepted',
    'create_order accepted',
  ]);
  const { rows } = await scene.database.owner.query(
    `SELECT o.id FROM orders o JOIN booking_confirmations c ON c.order_id = o.id WHERE c.booking_id = $1`,
    [bookingId],
  );
  expect(rows).toEqual([{ id: orderId }]);
}

test('an API killed at every step, when it is done and before anybody heard: the same call again is answered the same', async () => {
  const replayed: boolean[] = [];
  const { id, created } = await book(async (call) => {
    const correlationId = `req_${randomUUID()}`;
    const commits = await holdCommits(scene.database, correlationId, 'ai_decisions');
    const unheard = send(call, { 'x-correlation-id': correlationId }).catch(() => 'unheard');
    await waitingForLocks(scene.database, 1);
    // Stopped, so that it cannot tell; then killed.
    process.kill(api.pid, 'SIGSTOP');
    await commits.open();
    await eventually('the step to be recorded', async () => {
      const { rowCount } = await scene.database.owner.query('SELECT FROM ai_decisions WHERE correlation_id = $1', [
        correlationId,
      ]);
      return rowCount === 1;
    });
    await api.kill();
    expect(await unheard).toBe('unheard');
    api = await scene.startApi();
    const answer = await send(call);
    const data = accepted(answer) as { readonly idempotent_replayed?: boolean };
    if (data.idempotent_replayed !== undefined) replayed.push(data.idempotent_replayed);
    return answer;
  });
  expect(replayed).toEqual([true]);
  await tookEachStepOnce(id, created.order.id);
});

test('API and worker killed with a booking at every step: the same calls again go on from whatever was done', async () => {
  const allThere = meeting(STEPS);
  const allSent = meeting(STEPS);
  const restarted = allSent.met.then(async () => {
    await Promise.all([api.kill(), worker.kill()]);
    [api, worker] = await Promise.all([scene.startApi(), scene.startWorker()]);
  });
  const bookings = Array.from({ length: STEPS }, async (_, fatal) => {
    let step = 0;
    const { id, created } = await book(async (call) => {
      step += 1;
      if (step - 1 !== fatal) return send(call);
      await allThere.arrive();
      const unheard = send(call).catch(() => 'unheard');
      void allSent.arrive();
      await Promise.all([unheard, restarted]);
      for (;;) {
        const answer = await send(call);
        // Nobody knows yet: to make the same call again is what the caller is told to do.
        if (answer.outcome !== 'UNAVAILABLE') return answer;
      }
    });
    await tookEachStepOnce(id, created.order.id);
  });
  await Promise.all(bookings);
});

/** From the start to the order. */
const STEPS = 7;

/** Where so many wait for each other. */
function meeting(expected: number) {
  let missing = expected;
  let meet: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  return {
    met,
    arrive(): Promise<void> {
      missing -= 1;
      if (missing === 0) meet();
      return met;
    },
  };
}

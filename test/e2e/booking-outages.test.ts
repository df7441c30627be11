import { randomUUID } from 'node:crypto';
import type { BookingState } from '../../domain/booking/booking';
import { viewOf } from '../../domain/booking/view';
import { bookingIdOf } from '../../services/order-api/use-cases/start-booking';
import { bookingWorkflowId } from '../../workflows/booking-contract';
import { orderWorkflowId } from '../../workflows/contract';
import { bookTo, setCapabilities } from '../support/booking';
import { atEveryStep, type OpenBooking, type Plan, type Survivor, survive } from '../support/booking-accident';
import { bookingRestCaller } from '../support/booking-rest-caller';
import { bookingRuns, sampleBooking } from '../support/booking-runs';
import { accepted, refused } from '../support/doors';
import { eventually } from '../support/eventually';
import { forgetRun, isKnown } from '../support/forget-run';
import { type Gate, holdCommits, waitingForLocks } from '../support/postgres-gate';
import { type ApiProcess, createScene, PATIENT, type Scene } from '../support/scene';
import type { ServiceProcess } from '../support/services';
import { testStack } from '../support/stack';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';

/**
 * An agent that does not know what became of its call makes the same call again, of whatever process it finds. Every accident
 * comes to a booking at each step there is, of agents that name their steps and of those that do not, and whatever was done by
 * then, `survive` checks that each of them ends in one order of what was confirmed.
 */
let scene: Scene;
let postgres: TcpProxy;
let temporal: TcpProxy;
let api: ApiProcess;
/** For what is told at a deadline. All else must not depend on how long a busy machine takes for many steps at once. */
let hasty: ApiProcess;
let worker: ServiceProcess;
let env: Record<string, string>;

const DEADLINE_MS = 2_000;
/** What a busy machine adds to it. With it, it is over before the deadline of an API that was told nothing. */
const SLACK_MS = 7_500;
/** Each test waits for several of Temporal's own time limits (10 s for a task whose worker died), and starts processes. */
jest.setTimeout(180_000);

beforeAll(async () => {
  scene = await createScene();
  const database = new URL(scene.database.serviceUrl);
  [postgres, temporal] = await Promise.all([startTcpProxy(database.host), startTcpProxy(testStack().temporalAddress)]);
  database.host = postgres.address;
  env = {
    DATABASE_URL: database.href,
    TEMPORAL_ADDRESS: temporal.address,
    ...PATIENT,
    // All of an accident's steps wait in Postgres at the same time.
    DATABASE_POOL_SIZE: '30',
  };
  [api, hasty, worker] = await Promise.all([
    scene.startApi(env),
    scene.startApi({ ...env, REQUEST_DEADLINE_MS: String(DEADLINE_MS) }),
    scene.startWorker(env),
  ]);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
});
afterAll(async () => {
  await scene.close();
  await Promise.all([postgres.close(), temporal.close()]);
});

const options = () => ({ api: () => api, tenant: scene.tenant, scene });

const NAMED = atEveryStep({ door: 'REST', named: true, sent: true });
const UNNAMED = atEveryStep({ door: 'gRPC', named: false, sent: true });
const MIXED = NAMED.map((plan, index) => (index % 2 === 0 ? plan : (UNNAMED[index] ?? plan)));
const BETWEEN = [
  ...atEveryStep({ door: 'gRPC', named: true, sent: false }, ['start', 'confirm_items', 'get_summary', 'create_order']),
  ...atEveryStep({ door: 'REST', named: false, sent: false }, ['add_items', 'set_customer', 'confirm_booking']),
];

/** Holds all steps in their COMMIT; `let` them has them recorded, and comes back when they are. */
function commits(plans: readonly Plan[]) {
  let gate: Gate;
  let before = 0;
  const recorded = async () => {
    const { rows } = await scene.database.owner.query<{ n: number }>('SELECT count(*)::int AS n FROM ai_decisions');
    return rows[0]?.n ?? 0;
  };
  return {
    async hold() {
      before = await recorded();
      gate = await holdCommits(scene.database, undefined, 'ai_decisions');
    },
    asked: () => waitingForLocks(scene.database, plans.length),
    async let() {
      await gate.open();
      await eventually('the steps to be recorded', async () => (await recorded()) >= before + plans.length);
    },
  };
}

function toldTo(survivors: readonly Survivor[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { told } of survivors) counted[told] = (counted[told] ?? 0) + 1;
  return counted;
}

test('an API killed when a step is done and before anybody heard: the same call again is answered the same', async () => {
  const plans = [...NAMED, ...UNNAMED];
  const steps = commits(plans);
  const survivors = await survive(
    plans,
    {
      prepare: steps.hold,
      async happen() {
        await steps.asked();
        // Stopped, so that it cannot tell; then killed.
        process.kill(api.pid, 'SIGSTOP');
        await steps.let();
        await api.kill();
        api = await scene.startApi(env);
      },
    },
    options(),
  );
  expect(toldTo(survivors)).toEqual({ unheard: plans.length });
  // The order was made by a call that nobody heard of; so was the signal to its booking never sent.
  const untold = survivors.filter(({ plan }) => plan.at === 'create_order');
  expect(survivors.filter(({ replayed }) => replayed)).toEqual(untold);
  for (const survivor of untold) await isOver(survivor);
});

/** The run that nobody told is open; it finds out by its next step. */
async function isOver({ id, orderId, talk }: Survivor): Promise<void> {
  const workflowId = bookingWorkflowId(scene.tenant.userId, id);
  expect(await isRunning(workflowId)).toBe(true);
  const agent = bookingRestCaller(api.restUrl, scene.tenant.aiKey);
  expect(refused(await agent.addItems(id, talk.items))).toMatchObject({
    outcome: 'GUARDRAIL_BLOCKED',
    details: { guardrail: 'booking_open', reason: 'booking_ordered', next_step: null },
  });
  expect(await scene.temporal.workflow.getHandle(workflowId).result()).toMatchObject({ status: 'ordered', orderId });
  expect(accepted(await agent.get(id)).order_id).toBe(orderId);
}

test('a worker killed when a step is recorded and before Temporal was told: the next worker answers it', async () => {
  const plans = [...NAMED, ...UNNAMED];
  const steps = commits(plans);
  await survive(
    plans,
    {
      prepare: steps.hold,
      async happen() {
        await steps.asked();
        process.kill(worker.pid, 'SIGSTOP');
        await steps.let();
        await worker.kill();
        worker = await scene.startWorker(env);
      },
    },
    options(),
  );
});

test('API and worker killed, wherever each step was at that moment, or between two of them', async () => {
  const survivors = await survive(
    [...NAMED, ...UNNAMED, ...BETWEEN],
    {
      async happen() {
        await Promise.all([api.kill(), worker.kill()]);
        [api, worker] = await Promise.all([scene.startApi(env), scene.startWorker(env)]);
      },
    },
    options(),
  );
  expect(toldTo(survivors)['not sent']).toBe(BETWEEN.length);
});

test('answers lost on their way to the agent', async () => {
  const plans = [...NAMED, ...UNNAMED];
  const steps = commits(plans);
  const [http, grpc] = await Promise.all([startTcpProxy(new URL(api.restUrl).host), startTcpProxy(api.grpcAddress)]);
  const line = { ...api, restUrl: `http://${http.address}`, grpcAddress: grpc.address };
  const survivors = await survive(
    plans,
    {
      prepare: steps.hold,
      async happen() {
        await steps.asked();
        http.hang();
        grpc.hang();
        await steps.let();
        http.drop();
        grpc.drop();
        await Promise.all([http.restore(), grpc.restore()]);
      },
    },
    { ...options(), api: () => line },
  );
  expect(toldTo(survivors)).toEqual({ unheard: plans.length });
  await Promise.all([http.close(), grpc.close()]);
});

describe.each<[string, () => TcpProxy, (line: TcpProxy) => unknown]>([
  ['Postgres down', () => postgres, (line) => line.refuse()],
  ['Postgres silent', () => postgres, (line) => line.hang()],
  ['Temporal down', () => temporal, (line) => line.refuse()],
  ['Temporal silent', () => temporal, (line) => line.hang()],
])('%s', (_what, line, fail) => {
  test('for a while: each step is told UNAVAILABLE at the deadline, and the same call gets its answer afterwards', async () => {
    let took = 0;
    let door = api;
    const survivors = await survive(
      MIXED,
      {
        async prepare() {
          // It knows the key and has its connections, as the one has that took the steps before.
          const agent = bookingRestCaller(hasty.restUrl, scene.tenant.aiKey);
          await eventually('an answer in time', async () => (await agent.start()).outcome === 'ok');
          await fail(line());
          door = hasty;
        },
        async happen(_open, told) {
          const sentAt = performance.now();
          await told();
          took = performance.now() - sentAt;
          await line().restore();
          await eventually('both to be ready', bothReady);
          door = api;
        },
      },
      { ...options(), api: () => door },
    );
    expect(toldTo(survivors)).toEqual({ UNAVAILABLE: MIXED.length });
    expect(took).toBeLessThan(DEADLINE_MS + SLACK_MS);
  });
});

async function bothReady(): Promise<boolean> {
  const urls = [api.restUrl, `http://127.0.0.1:${String(worker.ready.healthPort)}`];
  const answers = await Promise.all(
    urls.map((url) =>
      fetch(`${url}/readyz`, { signal: AbortSignal.timeout(6_000) }).then(
        ({ status }) => status,
        () => 'no answer in time',
      ),
    ),
  );
  return answers.every((status) => status === 200);
}

describe('a booking whose run is lost', () => {
  const LOSSES: readonly [string, (workflowId: string) => Promise<void>][] = [
    ['terminated', async (id) => void (await scene.temporal.workflow.getHandle(id).terminate('by an operator'))],
    ['forgotten', (id) => forgetRun(scene.temporal, id)],
  ];

  test.each(LOSSES)('%s between any two steps, goes on with the next one, and makes its order', async (_how, lose) => {
    const survivors = await survive(
      MIXED.slice(1).map((plan) => ({ ...plan, sent: false })),
      { happen: (open) => Promise.all(open.map((booking) => lose(runOf(booking)))) },
      options(),
    );
    // The yes of before is as good as it was; there is nothing left that a run would be needed for.
    const last = survivors.find(({ plan }) => plan.at === 'create_order');
    expect(last?.replayed).toBe(false);
    const { id, talk } = last as Survivor;
    const agent = bookingRestCaller(api.restUrl, scene.tenant.aiKey);
    expect(refused(await agent.addItems(id, talk.items)).details).toMatchObject({ reason: 'booking_ordered' });
    expect(await isRunning(bookingWorkflowId(scene.tenant.userId, id))).toBe(false);
  });

  test('terminated in the middle of a step that it has taken: the same call gets its answer', async () => {
    const client = await scene.database.owner.connect();
    await survive(
      NAMED,
      {
        // Taken, but not recorded: there is no row of a booking to be written.
        prepare: () => client.query('BEGIN; LOCK TABLE bookings IN EXCLUSIVE MODE'),
        async happen(open) {
          const ids = open.map(runOf);
          await Promise.all(ids.map((id) => eventually(`${id} to take the step`, () => hasTaken(id))));
          await Promise.all(ids.map((id) => scene.temporal.workflow.getHandle(id).terminate('by an operator')));
          await client.query('ROLLBACK');
          client.release();
        },
        forgetsNames: true,
      },
      options(),
    );
  });

  test.each(LOSSES)(
    '%s: what its customer says after the yes counts, and so does an operator’s end',
    async (_how, lose) => {
      const agent = bookingRestCaller(api.restUrl, scene.tenant.aiKey);
      const [changed, ended] = await Promise.all([bookTo(agent, 'confirmed'), bookTo(agent, 'confirmed')]);
      for (const { id } of [changed, ended]) await lose(bookingWorkflowId(scene.tenant.userId, id));
      const one = { name: 'Soda', quantity: 1, name_words: 'Soda', quantity_words: '1' };
      accepted(await agent.addItems(changed.id, { customer_message: 'and 1 Soda', items: [one] }));
      accepted(await agent.abandon(ended.id));
      for (const { order, id } of [changed, ended]) {
        expect(refused(await agent.createOrder(order))).toMatchObject({
          outcome: 'STALE_CONFIRMATION',
          details: { guardrail: 'live_confirmation', booking_id: id },
        });
      }
      expect(accepted(await agent.get(changed.id))).toMatchObject({
        next_step: 'confirm_items',
        draft: { total_quantity: 6 },
      });
      expect(accepted(await agent.get(ended.id)).step).toBe('abandoned');
    },
  );

  test.each(LOSSES)('%s, begins no second booking when its start is sent again', async (_how, lose) => {
    const agent = bookingRestCaller(api.restUrl, scene.tenant.aiKey);
    const start = { step_id: randomUUID(), locale: 'fr' };
    const { id } = accepted(await agent.start(start)).booking;
    const again = async () => {
      expect(accepted(await agent.start(start)).booking).toMatchObject({ id, locale: 'fr' });
      expect(refused(await agent.start({ ...start, locale: 'de' })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');
    };
    await lose(bookingWorkflowId(scene.tenant.userId, id));
    // Its next step has a new run started, which knows nothing of how the booking began.
    expect(refused(await agent.summary(id)).details).toMatchObject({ guardrail: 'step_order' });
    await again();
    await lose(bookingWorkflowId(scene.tenant.userId, id));
    await again();
    expect((await agent.decisions(id)).map(({ step }) => step)).toEqual(['start', 'get_summary']);
  });
});

test('a booking that nobody told of its order ends as ordered when its time is up', async () => {
  const { userId, aiKey } = scene.tenant;
  const agent = bookingRestCaller(api.restUrl, aiKey);
  const { id, order } = await bookTo(agent, 'confirmed');
  const runs = bookingRuns(scene);
  const booking = sampleBooking(userId, { bookingId: id });
  const remembered = (await runs.stateOf(booking)) as BookingState;
  const gate = await holdCommits(scene.database, undefined, 'ai_decisions');
  const call = agent.createOrder(order).catch(() => 'unheard');
  await waitingForLocks(scene.database, 1);
  await api.kill();
  await gate.open();
  expect(await call).toBe('unheard');
  api = await scene.startApi(env);
  const after = bookingRestCaller(api.restUrl, aiKey);
  const { order_id: orderId } = accepted(await after.get(id));
  expect(orderId).not.toBeNull();
  // Half an hour later. Temporal's clock cannot be moved, but what the run remembers can.
  await runs.handle(booking).terminate('its time is up');
  const state = { ...remembered, lastStepAt: new Date(Date.now() - 1_860_000).toISOString() };
  const opening = {
    kind: 'answer',
    booking: viewOf(state, state.lastStepAt),
    result: { say: null },
    requestHash: '',
  } as const;
  await runs.start({ ...booking, resumed: { state, opening, answers: [] } });
  expect(await runs.handle(booking).result()).toEqual({ bookingId: id, status: 'ordered', orderId });
  expect(accepted(await after.createOrder(order))).toMatchObject({ idempotent_replayed: true, order: { id: orderId } });
  expect((await after.decisions(id)).map(({ step }) => step).slice(-2)).toEqual(['confirm_booking', 'create_order']);
});

async function isRunning(workflowId: string): Promise<boolean> {
  if (!(await isKnown(scene.temporal, workflowId))) return false;
  return (await scene.temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
}

async function hasTaken(workflowId: string): Promise<boolean> {
  const run = scene.temporal.workflow.getHandle(workflowId);
  const { events } = await run.fetchHistory().catch(() => ({ events: [] }));
  const of = (kind: 'Accepted' | 'Completed') =>
    (events ?? []).filter((event) => event[`workflowExecutionUpdate${kind}EventAttributes`]).length;
  return of('Accepted') > of('Completed');
}

/** The run that is to take the booking's next step. */
function runOf({ plan, stepId, id, key }: OpenBooking): string {
  const { userId } = scene.tenant;
  if (plan.at === 'create_order' && plan.sent) return orderWorkflowId(userId, key ?? '');
  return bookingWorkflowId(userId, id ?? bookingIdOf(userId, stepId));
}

import { randomUUID } from 'node:crypto';
import { type Booked, orderOf, sampleTalk } from './booking';
import { type AiOrderBody, type BookingCaller, bookingCaller } from './booking-caller';
import { type Answer, accepted, type DoorName } from './doors';
import type { ApiProcess, Scene, TestTenant } from './scene';

/** The steps from the first word to the order, in their order. */
export const WAY = [
  'start',
  'add_items',
  'confirm_items',
  'set_customer',
  'get_summary',
  'confirm_booking',
  'create_order',
] as const;

type Step = (typeof WAY)[number];

/** A booking that meets with an accident at one of its steps. */
export interface Plan {
  readonly at: Step;
  readonly door: DoorName;
  /** Whether the agent names its steps; one that does not has only its words to be known again by. */
  readonly named: boolean;
  /** Whether the step is under way when it happens, or still to be sent. */
  readonly sent: boolean;
}

/** One booking for each of the steps. */
export function atEveryStep(more: Omit<Plan, 'at'>, steps: readonly Step[] = WAY): readonly Plan[] {
  return steps.map((at) => ({ at, ...more }));
}

/** What happens to all of the bookings at once. */
export interface Accident {
  /** When each of them stands before its step, which nobody has sent yet. */
  readonly prepare?: (open: readonly OpenBooking[]) => Promise<unknown>;
  /**
   * When all calls that are to be under way were sent; `told` resolves when each of them has come back. The agents try again
   * when it is over.
   */
  readonly happen: (open: readonly OpenBooking[], told: () => Promise<unknown>) => Promise<unknown>;
  /** Whether nobody is left who knows that a step of this name was taken. Otherwise such a step is taken once. */
  readonly forgetsNames?: boolean;
}

/** A booking as far as its agent knows it. */
export interface OpenBooking {
  readonly plan: Plan;
  /** Of the step that the accident comes to. */
  readonly stepId: string;
  /** Undefined until its start was answered. */
  readonly id: string | undefined;
  /** Undefined before it was confirmed. */
  readonly key: string | undefined;
}

/** A booking that came to its order in spite of everything. */
export interface Survivor extends Pick<Booked, 'id' | 'talk' | 'order'> {
  readonly plan: Plan;
  readonly orderId: string;
  /** What the call was told that was under way: `unheard` when nobody answered it. */
  readonly told: Answer<unknown>['outcome'] | 'unheard' | 'not sent';
  /** Whether the order's last answer was that of an earlier call. */
  readonly replayed: boolean;
}

interface Options {
  /** Asked for again with every call: processes come and go. */
  readonly api: () => ApiProcess;
  readonly tenant: TestTenant;
  readonly scene: Scene;
}

/**
 * Takes one booking for each plan from the first word to the order, lets the accident happen when each of them is at its step,
 * and has the agents make the same calls again until they are answered. Checks what has to be so whatever has happened:
 * one order of each, exactly what was confirmed, and records that tell how it came about.
 */
export async function survive(
  plans: readonly Plan[],
  accident: Accident,
  options: Options,
): Promise<readonly Survivor[]> {
  const agents = plans.map((plan) => new Agent(plan, options));
  const ready = meeting(plans.length);
  const sent = meeting(plans.length);
  const prepared = ready.met.then(() => accident.prepare?.(agents));
  const calls: Promise<unknown>[] = [];
  const over = Promise.all([prepared, sent.met]).then(() => accident.happen(agents, () => Promise.all(calls)));
  const survivors = agents.map((agent) =>
    agent.book(async (unheard) => {
      ready.arrive();
      await prepared;
      const call = agent.plan.sent ? unheard() : undefined;
      if (call !== undefined) calls.push(call);
      sent.arrive();
      await over;
      return (await call) ?? 'not sent';
    }),
  );
  const all = await Promise.all([over, ...survivors]).then(([, ...them]) => them);
  for (const survivor of all) await expectOneOrder(survivor, accident, options);
  return all;
}

/** Follows one customer through. */
class Agent implements OpenBooking {
  readonly stepId = randomUUID();
  readonly talk = sampleTalk();
  id: string | undefined;
  order: AiOrderBody | undefined;

  constructor(
    readonly plan: Plan,
    private readonly options: Options,
  ) {}

  get key(): string | undefined {
    return this.order?.idempotency_key ?? undefined;
  }

  async book(accident: (unheard: () => Promise<Survivor['told']>) => Promise<Survivor['told']>): Promise<Survivor> {
    const { talk, plan } = this;
    let told: Survivor['told'] = 'not sent';
    const take = async <Data>(step: Step, call: (agent: BookingCaller, named: object) => Promise<Answer<Data>>) => {
      const named = plan.named ? { step_id: step === plan.at ? this.stepId : randomUUID() } : {};
      const send = () => this.call((agent) => call(agent, named));
      if (step === plan.at) told = await accident(() => send().then(({ outcome }) => outcome, unheard));
      return accepted(await untilTold(send));
    };
    const { id } = (await take('start', (agent, named) => agent.start({ ...named }))).booking;
    this.id = id;
    await take('add_items', (agent, named) => agent.addItems(id, { ...talk.items, ...named }));
    await take('confirm_items', (agent, named) => agent.confirmItems(id, { ...talk.yesToItems, ...named }));
    await take('set_customer', (agent, named) => agent.setCustomer(id, { ...talk.customer, ...named }));
    const shown = await take('get_summary', (agent, named) => agent.summary(id, { ...named }));
    const yes = { summary_digest: shown.summary_digest, customer_reply: talk.yes };
    const confirmed = await take('confirm_booking', (agent, named) => agent.confirm(id, { ...yes, ...named }));
    const order = orderOf(confirmed);
    this.order = order;
    const created = await take('create_order', (agent) => agent.createOrder(order));
    return { plan, id, talk, order, told, orderId: created.order.id, replayed: created.idempotent_replayed };
  }

  private async call<Data>(work: (agent: BookingCaller) => Promise<Answer<Data>>): Promise<Answer<Data>> {
    const agent = bookingCaller(this.plan.door, this.options.api(), this.options.tenant.aiKey);
    try {
      return await work(agent);
    } finally {
      agent.close();
    }
  }
}

function unheard(): 'unheard' {
  return 'unheard';
}

/** As a caller is told to: that the outcome is not known yet means to make the same call again. */
async function untilTold<Data>(send: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  for (;;) {
    const answer = await send();
    if (answer.outcome !== 'UNAVAILABLE') return answer;
  }
}

async function expectOneOrder(
  survivor: Survivor,
  { forgetsNames }: Accident,
  { api, tenant, scene }: Options,
): Promise<void> {
  const { id, orderId, order, talk, plan } = survivor;
  const { owner } = scene.database;
  const orders = await owner.query<{ id: string; idempotency_key: string; items: unknown; events: number }>(
    `SELECT id, idempotency_key, items, (SELECT count(*)::int FROM order_events e WHERE e.order_id = o.id) AS events
     FROM orders o WHERE user_id = $1 AND customer_phone = $2`,
    [tenant.userId, talk.customer.customer_phone.replaceAll(/\D/g, '')],
  );
  const { items } = order.payload as { readonly items: readonly object[] };
  expect({ plan, orders: orders.rows }).toEqual({
    plan,
    orders: [{ id: orderId, idempotency_key: order.idempotency_key, items, events: 1 }],
  });
  // No item twice, whatever was sent twice.
  expect(items).toEqual(talk.items.items.map(({ name, quantity }) => ({ name, quantity })));

  const agent = bookingCaller('REST', api(), tenant.aiKey);
  const booking = accepted(await agent.get(id));
  expect(booking).toMatchObject({ step: 'create_order', next_step: null, order_id: orderId });
  expect(booking.draft.items.map(({ name, quantity }) => ({ name, quantity }))).toEqual(items);

  const decisions = await agent.decisions(id);
  const steps = decisions.map(({ step, decision }) => `${step} ${decision}`);
  const isKnown = plan.named && forgetsNames !== true;
  expect({ plan, steps: isKnown ? steps : withoutRepeats(steps, plan.at) }).toEqual({
    plan,
    steps: WAY.map((step) => `${step} accepted`),
  });
  // What was shown is what was answered, and what was answered is what was ordered.
  const shown = decisions.find(({ step }) => step === 'get_summary');
  for (const line of decisions.filter(({ step }) => step === 'confirm_booking')) {
    expect(line).toMatchObject({
      shown: shown?.shown,
      summary_digest: shown?.summary_digest,
      customer_words: talk.yes,
    });
  }
  expect(decisions.at(-1)?.summary_digest).toBe(shown?.summary_digest);

  const { rows } = await owner.query<{ became: string; key: string }>(
    `SELECT idempotency_key AS key,
       CASE WHEN order_id IS NOT NULL THEN order_id::text WHEN revoked_at IS NOT NULL THEN 'revoked' ELSE 'live' END AS became
     FROM booking_confirmations WHERE booking_id = $1`,
    [id],
  );
  const worth = rows.filter(({ became }) => became !== 'revoked');
  expect(worth).toEqual([{ key: order.idempotency_key, became: orderId }]);
}

/** A step that was taken more than once has more than one line, of which all but the first changed nothing. */
function withoutRepeats(lines: readonly string[], step: Step): readonly string[] {
  const again = [`${step} accepted`, `${step} repeated`];
  return lines.filter((line, index) => !(again.includes(line) && again.includes(lines[index - 1] ?? '')));
}

/** Where so many wait for each other. */
function meeting(expected: number) {
  let missing = expected;
  let meet: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  return {
    met,
    arrive(): void {
      missing -= 1;
      if (missing === 0) meet();
    },
  };
}

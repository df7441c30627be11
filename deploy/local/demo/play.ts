import { orderWorkflowId } from '../../../workflows/contract';
import type { DemoEnv } from './demo-env';
import { type DemoRun, inRun } from './demo-run';
import type { CreateExample, Example } from './example';
import { type Judged, judge } from './judge';
import type { Answer, Call, CreateBody, OrderDoor, SeenOrder } from './order-door';

/** One line of the file, sent and judged. */
export interface Played extends Omit<Judged, 'outcome'> {
  readonly number: number;
  /** As it was sent in this run. */
  readonly example: Example;
  /** Undefined when there was no answer. */
  readonly outcome: Judged['outcome'] | undefined;
  readonly answer: Answer | undefined;
  /** Whom the order is for, also on lines that only refer to it. */
  readonly customer: string;
}

/** An order that this run booked, as last seen. */
export interface BookedOrder extends SeenOrder {
  readonly tenant: Example['tenant'];
  readonly customer: string;
  readonly workflowId: string;
}

export interface PlayedFile {
  readonly played: readonly Played[];
  /** By order id, in the order of booking. */
  readonly booked: ReadonlyMap<string, BookedOrder>;
}

/** Well formed, so that it is looked up, and issued to nobody. */
const UNKNOWN_API_KEY = `obk_unknown0_${'A'.repeat(43)}`;

/**
 * Sends the lines one after the other, each through its door, and judges every answer. A line that gets no answer is
 * a difference, not the end.
 */
export async function play(
  examples: readonly Example[],
  options: {
    readonly env: DemoEnv;
    readonly run: DemoRun;
    readonly doors: Readonly<Record<Example['via'], OrderDoor>>;
    /** `order`: the one that this line booked. */
    readonly onPlayed: (played: Played, order: BookedOrder | undefined) => void;
  },
): Promise<PlayedFile> {
  const { env, run, doors, onPlayed } = options;
  const known = new Map<string, BookedOrder>();
  const booked = new Map<string, BookedOrder>();
  const all: Played[] = [];

  for (const [index, line] of examples.entries()) {
    const number = index + 1;
    const example = inRun(line, run);
    const reference = 'move' in example ? example.move.order : 'cancel' in example ? example.cancel.order : undefined;
    const before = reference === undefined ? undefined : known.get(reference);
    const customer = 'create' in example ? example.create.customer_name : (before?.customer ?? reference ?? '');
    const call = callOf(example, env, `demo-${run.suffix}-${number}`);
    const door = doors[example.via];

    let played: Played;
    if (reference !== undefined && before === undefined) {
      const differences = [`the order "${reference}" it is about was not booked`];
      played = { number, example, customer, answer: undefined, outcome: undefined, differences };
    } else {
      try {
        const answer = await send(door, call, example, before?.id ?? '', env);
        played = { number, example, customer, answer, ...judge(example, answer, before, known) };
        remember(example, answer);
      } catch (error) {
        const differences = [`no answer: ${error instanceof Error ? error.message : String(error)}`];
        played = { number, example, customer, answer: undefined, outcome: undefined, differences };
      }
    }
    all.push(played);
    onPlayed(played, played.answer?.kind === 'created' ? booked.get(played.answer.order.id) : undefined);
  }
  return { played: all, booked };

  function remember(example: Example, answer: Answer): void {
    if ('create' in example && answer.kind === 'created' && !answer.replayed) {
      const order: BookedOrder = {
        ...answer.order,
        tenant: example.tenant,
        customer: example.create.customer_name,
        workflowId: orderWorkflowId(env.tenants[example.tenant].userId, answer.idempotencyKey),
      };
      booked.set(order.id, order);
      if (example.name !== undefined) known.set(example.name, order);
    } else if (answer.kind === 'order') {
      const order = booked.get(answer.order.id);
      if (order === undefined) return;
      const moved = { ...order, ...answer.order };
      booked.set(order.id, moved);
      for (const [name, { id }] of known) if (id === order.id) known.set(name, moved);
    }
  }
}

function callOf(example: Example, env: DemoEnv, correlationId: string): Call {
  const apiKey = example.credential === 'unknown' ? UNKNOWN_API_KEY : env.tenants[example.tenant].apiKey;
  return { apiKey, correlationId };
}

function send(door: OrderDoor, call: Call, example: Example, orderId: string, env: DemoEnv): Promise<Answer> {
  if ('move' in example) {
    const { status, expected_version, reason } = example.move;
    return door.move(call, orderId, { status, expected_version, reason });
  }
  if ('cancel' in example) return door.cancel(call, orderId, example.cancel.reason);
  return door.create(call, example.key, bodyOf(example, env));
}

function bodyOf({ create }: CreateExample, env: DemoEnv): CreateBody {
  const { user_id: tenant, ...body } = create;
  return tenant === undefined ? body : { ...body, user_id: env.tenants[tenant].userId };
}

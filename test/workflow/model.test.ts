import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/order';
import { canTransition, isTerminal } from '../../domain/order-state';
import { orderStatusSignal } from '../../workflows/contract';
import { eventually } from '../support/eventually';
import fc from '../support/fast-check';
import {
  type AuditLine,
  type OrderRuns,
  orderRuns,
  refusalCode,
  sampleAttempt,
  untilAnswered,
} from '../support/order-runs';
import { createScene, type Scene, UNHURRIED } from '../support/scene';
import type { ServiceProcess } from '../support/services';

/** What a caller, an integration or an operator may do to an order, in any order of doing it. */
type Command =
  | { readonly kind: 'place' }
  | { readonly kind: 'update'; readonly to: OrderStatus; readonly versionOff: number | null }
  | { readonly kind: 'signal'; readonly to: OrderStatus }
  | { readonly kind: 'cancel run' }
  | { readonly kind: 'start again' };

const status = fc.constantFrom(...ORDER_STATUSES);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: 'place' } as const) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      to: status,
      versionOff: fc.constantFrom(null, null, 0, 0, 1, -1),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('signal' as const), to: status }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel run' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'start again' } as const) },
);
/** Orders that live side by side, and whether the worker is replaced in the midst of it. */
const group = fc.record({
  lives: fc.array(fc.array(command, { minLength: 3, maxLength: 10 }), { minLength: 6, maxLength: 6 }),
  restart: fc.boolean(),
});
const GROUPS = 5;

/** The order as it must be: a status, a version, the lines of its trail. Knows nothing of Temporal but the run's end. */
class Model {
  private status: OrderStatus = 'pending';
  private version = 1;
  private readonly trail: string[] = ['created pending'];
  runIsOver = false;

  get now(): { status: OrderStatus; version: number } {
    return { status: this.status, version: this.version };
  }

  get lines(): readonly string[] {
    return this.trail;
  }

  judge(to: OrderStatus, expectedVersion?: number): 'VERSION_CONFLICT' | 'unchanged' | 'moved' | 'INVALID_ORDER_STATE' {
    if (expectedVersion !== undefined && expectedVersion !== this.version) return 'VERSION_CONFLICT';
    if (to === this.status) return 'unchanged';
    return canTransition(this.status, to) ? 'moved' : 'INVALID_ORDER_STATE';
  }

  apply(to: OrderStatus): void {
    this.trail.push(`status_changed ${to}`);
    this.status = to;
    this.version += 1;
    this.runIsOver = isTerminal(to);
  }

  ignore(to: OrderStatus): void {
    this.trail.push(`status_change_ignored ${to}`);
  }
}

let scene: Scene;
let orders: OrderRuns;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  worker = await scene.startWorker(UNHURRIED);
});
afterAll(() => scene.close());

it('an order does what the model does, whatever is asked of it and in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(group, async ({ lives, restart }) => {
      const { userId } = await scene.addTenant();
      const running = Promise.all(lives.map((commands) => live(userId, commands)));
      if (restart) await replaceWorker();
      await running;
      expect(await orders.ordersOf(userId)).toBe(lives.length);
    }),
    // Shrinking would run real workflows by the hundred: the seed and the whole group are printed instead.
    { numRuns: GROUPS, endOnFailure: true, verbose: true },
  );
}, 120_000);

/** Another worker takes over while orders are under way. */
async function replaceWorker(): Promise<void> {
  const next = await scene.startWorker(UNHURRIED);
  expect(await worker.stop()).toBe(0);
  worker = next;
}

async function live(userId: string, commands: readonly Command[]): Promise<void> {
  const attempt = sampleAttempt(userId);
  const created = await untilAnswered(() => orders.place(attempt));
  const model = new Model();
  const handle = orders.handle(attempt);
  let askedForItsOrder = true;

  for (const command of commands) await obey(command);
  // Signals are not answered: a move that is, behind them, shows that they are done.
  await settle();
  const audit = await orders.auditOf(attempt);
  expect(audit.map(({ sequence }) => sequence)).toEqual(audit.map((_, index) => index + 1));
  expect(audit.map(({ type, to }: AuditLine) => `${type} ${to}`)).toEqual(model.lines);
  if (!model.runIsOver) {
    // A run that was started again a moment ago may have to find its order first.
    const seen = await eventually('the order in its run', async () => (await orders.query(attempt)) ?? undefined);
    expect(seen).toMatchObject(model.now);
  }

  async function obey(command: Command): Promise<void> {
    switch (command.kind) {
      case 'place':
        return placeAgain();
      case 'update':
        return update(command.to, command.versionOff);
      case 'signal':
        return signal(command.to);
      case 'cancel run':
        await handle.cancel();
        if (model.runIsOver) return;
        model.apply('cancelled');
        return settle();
      case 'start again':
        return startAgain();
    }
  }

  async function placeAgain(): Promise<void> {
    try {
      expect(await untilAnswered(() => orders.place({ ...attempt, attemptId: randomUUID() }))).toEqual(created);
      askedForItsOrder = true;
    } catch (error) {
      // A run that a plain start began was never asked for its order. Once it ended well it cannot be any more, and no new
      // one may follow it: the API then asks Postgres.
      const tooLate = error instanceof WorkflowExecutionAlreadyStartedError && model.runIsOver && !askedForItsOrder;
      if (!tooLate) throw error;
    }
  }

  async function update(to: OrderStatus, versionOff: number | null): Promise<void> {
    const more = versionOff === null ? {} : { expectedVersion: model.now.version + versionOff };
    if (model.runIsOver) return expect(orders.move(attempt, to, more)).rejects.toThrow(WorkflowNotFoundError);
    const verdict = model.judge(to, more.expectedVersion);
    if (verdict === 'moved') model.apply(to);
    if (verdict === 'moved' || verdict === 'unchanged') {
      expect(await orders.move(attempt, to, more)).toMatchObject({ kind: verdict, order: model.now });
    } else {
      expect(await refusalCode(orders.move(attempt, to, more))).toBe(verdict);
    }
    if (model.runIsOver) await settle();
  }

  async function signal(to: OrderStatus): Promise<void> {
    const sent = handle.signal(orderStatusSignal, { status: to });
    if (model.runIsOver) return expect(sent).rejects.toThrow(WorkflowNotFoundError);
    await sent;
    const verdict = model.judge(to);
    if (verdict === 'moved') model.apply(to);
    if (verdict === 'INVALID_ORDER_STATE') model.ignore(to);
    if (model.runIsOver) await settle();
  }

  /** An operator ends the run without a word to the order; a start of the same key takes the order up again. */
  async function startAgain(): Promise<void> {
    if (model.runIsOver) return;
    await settle();
    await handle.terminate();
    await orders.start({ ...attempt, attemptId: randomUUID() });
    askedForItsOrder = false;
  }

  async function settle(): Promise<void> {
    if (model.runIsOver) return void (await handle.result().catch(() => undefined));
    await eventually(`the trail ${model.lines.join(', ')}`, async () => {
      return (await orders.auditOf(attempt)).length === model.lines.length;
    });
  }
}

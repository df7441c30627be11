import { temporal } from '@temporalio/proto';
import { type BookingWorkflowInput, bookingWorkflowId, orderPlacedSignal } from '../../workflows/booking-contract';
import {
  type BookingRuns,
  bookingRuns,
  bookingTenant,
  confirmedAttempt,
  sampleBooking,
  stepRefusal,
  TALK,
} from '../support/booking-runs';
import { CANARY } from '../support/canary';
import { countEvents, searchAttributes } from '../support/histories';
import { orderRuns } from '../support/order-runs';
import { createScene, type Scene } from '../support/scene';

let scene: Scene;
let bookings: BookingRuns;
let userId: string;

beforeAll(async () => {
  scene = await createScene();
  bookings = bookingRuns(scene);
  await scene.startWorker();
  userId = await bookingTenant(scene);
});
afterAll(() => scene.close());

const TASK = { WORKFLOW_TASK_SCHEDULED: 1, WORKFLOW_TASK_STARTED: 1, WORKFLOW_TASK_COMPLETED: 1 } as const;
const STEP = {
  ...TASK,
  WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 1,
  WORKFLOW_EXECUTION_UPDATE_COMPLETED: 1,
  MARKER_RECORDED: 1,
} as const;

/** What `change` added to the history of the booking's run. */
async function added(booking: BookingWorkflowInput, change: () => Promise<unknown>) {
  const before = await countEvents(bookings.handle(booking));
  await change();
  const after = await countEvents(bookings.handle(booking));
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

describe('what a booking costs', () => {
  it('to open is one workflow task, one local activity and one timer', async () => {
    const booking = sampleBooking(userId);
    await bookings.open(booking);
    expect(await countEvents(bookings.handle(booking))).toEqual({
      ...STEP,
      WORKFLOW_EXECUTION_STARTED: 1,
      TIMER_STARTED: 1,
    });
  });

  it('for each step, blocked ones too, is one workflow task and one local activity; the timer is left alone', async () => {
    const booking = sampleBooking(userId);
    await bookings.open(booking);
    let digest = '';
    const steps = [
      () => stepRefusal(bookings.step(booking, TALK.getSummary)),
      () => bookings.step(booking, TALK.addItems(3)),
      () => bookings.step(booking, TALK.addItems(1, 'Lemonade')),
      () => bookings.step(booking, { action: 'remove_item', itemId: 'item_2' }),
      () => bookings.step(booking, TALK.confirmItems),
      () => bookings.step(booking, TALK.setCustomer),
      async () => {
        digest = (await bookings.step(booking, TALK.getSummary)).result.summaryDigest ?? '';
      },
      () => bookings.step(booking, TALK.confirm(digest)),
    ];
    for (const step of steps) expect(await added(booking, step)).toEqual(STEP);
    expect(await added(booking, () => bookings.step(booking, TALK.abandon))).toEqual({
      ...STEP,
      TIMER_CANCELED: 1,
      WORKFLOW_EXECUTION_COMPLETED: 1,
    });
  });

  it('for a step that is sent again is nothing', async () => {
    const booking = sampleBooking(userId);
    await bookings.open(booking);
    const step = () => bookings.step(booking, TALK.addItems(), { stepId: 'once' });
    await step();
    expect(await added(booking, step)).toEqual({});
    expect(await added(booking, () => bookings.open(booking))).toEqual({});
  });

  it('to end with its order is one workflow task and no activity', async () => {
    const booking = sampleBooking(userId);
    await bookings.open(booking);
    const { order } = await orderRuns(scene).place(confirmedAttempt(userId, await bookings.toYes(booking)));
    const end = async () => {
      await bookings.handle(booking).signal(orderPlacedSignal, { orderId: order.id });
      await bookings.handle(booking).result();
    };
    expect(await added(booking, end)).toEqual({
      ...TASK,
      WORKFLOW_EXECUTION_SIGNALED: 1,
      TIMER_CANCELED: 1,
      WORKFLOW_EXECUTION_COMPLETED: 1,
    });
  });
});

describe('what operators see', () => {
  it('is a booking by its tenant, and in its details where it stands', async () => {
    const booking = sampleBooking(userId);
    await bookings.open(booking);
    await bookings.step(booking, TALK.addItems(3));
    const handle = bookings.handle(booking);
    const { BuildIds: _ofTheServer, ...ours } = await searchAttributes(handle);
    expect(ours).toEqual({ TenantId: userId });
    const { currentDetails } = await handle.query<{ currentDetails?: string }, []>('__temporal_workflow_metadata');
    expect(currentDetails).toBe('**collect_items**, next: confirm_items; 1 items, 3 in all; 2 steps recorded');
    expect(await bookings.query(booking)).toMatchObject({ step: 'collect_items' });
  });

  it('is nothing of the customer: ids, attributes, details, payloads and failures give nothing away', async () => {
    const booking = sampleBooking(userId);
    await bookings.open(booking);
    const { idempotencyKey } = await bookings.toYes(booking);
    await stepRefusal(bookings.step(booking, TALK.confirm('f'.repeat(64), `not for ${CANARY.name}`)));
    await bookings.step(booking, TALK.abandon);
    const seen = await everythingTemporalHolds(bookingWorkflowId(userId, booking.bookingId));
    // What is not secret is found, so what is secret would be.
    for (const open of [userId, booking.bookingId, 'BookingWorkflow', 'STALE_CONFIRMATION'])
      expect(seen).toContain(open);
    for (const secret of [...Object.values(CANARY), idempotencyKey, 'Is this', 'other_summary']) {
      expect(seen).not.toContain(secret);
    }
  });
});

/** Every byte of the run that the server keeps: its history, and its description with its user metadata. */
async function everythingTemporalHolds(workflowId: string): Promise<string> {
  const { history, workflowservice } = temporal.api;
  const handle = scene.temporal.workflow.getHandle(workflowId);
  const description = await scene.temporal.workflowService.describeWorkflowExecution({
    namespace: 'default',
    execution: { workflowId },
  });
  return [
    history.v1.History.encode(await handle.fetchHistory()).finish(),
    workflowservice.v1.DescribeWorkflowExecutionResponse.encode(description).finish(),
  ]
    .map((bytes) => Buffer.from(bytes).toString('utf8'))
    .join('\n');
}

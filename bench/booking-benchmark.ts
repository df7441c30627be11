import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bookingWorkflowId } from '../workflows/booking-contract';
import { orderWorkflowId } from '../workflows/contract';
import { aboutRun, type RunDescription } from './about-run';
import { BOOKING_CALLS, type BookedOrder, type BookingCall, createBookingCaller } from './booking-caller';
import { connectStepsCaller } from './floor/steps-caller';
import { type GuardrailBenchmark, measureGuardrails } from './guardrail-benchmark';
import { type HistoryCost, historyCost } from './history-cost';
import { type Measurement, measureInTurn, type Side } from './measure';
import { percentile } from './percentile';
import { startStack, type TemporalDatabase } from './stack';

export interface BookingBenchmarkOptions {
  readonly temporalDatabase: TemporalDatabase;
  readonly profileFolder?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

interface Times {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** What is written to `bench/results/latest-booking.json`. */
export interface BookingBenchmark extends RunDescription {
  /** One caller: an update of a run that is open, without and with a local activity that does nothing. */
  readonly bareUpdate: Times;
  readonly bareUpdateWithActivity: Times;
  /** One caller: each call of a booking by itself, all steps of an open booking together, and the whole booking. */
  readonly calls: Readonly<Record<BookingCall, Times>>;
  readonly steps: Times;
  readonly wholeBooking: Times;
  /** Median step / median bare update. */
  readonly stepVsBareUpdate: number;
  readonly stepVsBareUpdateWithActivity: number;
  /** Ten callers, whole bookings. */
  readonly many: Measurement;
  readonly history: { readonly booking: HistoryCost; readonly order: HistoryCost };
  readonly guardrails: GuardrailBenchmark;
}

/** The calls that take a step of a booking that is open: the others start a run. */
const STEPS: readonly BookingCall[] = ['AddItems', 'ConfirmItems', 'SetCustomer', 'GetSummary', 'ConfirmBooking'];

const WARM_UP_BOOKINGS = 60;
const ROUNDS = 12;
const BOOKINGS_A_ROUND = 6;
const MANY = { concurrency: 10, atMost: { seconds: 15, calls: 300 }, rounds: 2 };
/** What the servers still do after the last answer is over by then. */
const SETTLE_MS = 2_000;

/** Measures whole bookings and their steps beside bare updates, on the same servers in the same minutes. */
export async function runBookingBenchmark(options: BookingBenchmarkOptions): Promise<BookingBenchmark> {
  const { onProgress, signal } = options;
  const guardrails = measureGuardrails();
  const stack = await startStack(options);
  try {
    const floor = await connectStepsCaller(stack.temporalAddress);
    const bookings = createBookingCaller({ address: stack.grpcAddress, aiKey: stack.aiKey });
    const bare: number[] = [];
    const withActivity: number[] = [];
    const whole: number[] = [];
    const calls = new Map<BookingCall, number[]>(BOOKING_CALLS.map((call) => [call, []]));
    let last: BookedOrder | undefined;

    const timeInto = async (times: number[], work: () => Promise<unknown>): Promise<void> => {
      signal.throwIfAborted();
      const startedAt = performance.now();
      await work();
      times.push(performance.now() - startedAt);
    };
    const floorRound = async (): Promise<void> => {
      for (let count = 0; count < BOOKINGS_A_ROUND; count += 1) {
        const run = await floor.open();
        for (const _ of STEPS) {
          await timeInto(bare, () => run.bare());
          await timeInto(withActivity, () => run.withActivity());
        }
      }
    };
    const bookingRound = async (): Promise<void> => {
      for (let count = 0; count < BOOKINGS_A_ROUND; count += 1) {
        await timeInto(whole, async () => {
          last = await bookings.book((call, ms) => calls.get(call)?.push(ms));
        });
      }
    };

    onProgress('Warming up …');
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let count = 0; count < WARM_UP_BOOKINGS / 10; count += 1) {
          signal.throwIfAborted();
          await bookings.book();
          const run = await floor.open();
          await run.withActivity();
        }
      }),
    );
    await sleep(SETTLE_MS);
    onProgress('Measuring alone …');
    for (let round = 0; round < ROUNDS; round += 1) {
      const sides = [floorRound, bookingRound];
      for (const side of round % 2 === 0 ? sides : sides.reverse()) await side();
    }

    onProgress(`Measuring with ${MANY.concurrency} callers …`);
    const { worker, api, caller, temporal, postgres } = stack.processes;
    const processes = Object.fromEntries(
      Object.entries({ worker, api, caller, temporal, postgres }).filter(([, process]) => process !== undefined),
    ) as Side['processes'];
    const side: Side = { name: 'booking', call: async () => void (await bookings.book()), processes };
    const [many] = await measureInTurn([side], { ...MANY, signal });

    if (last === undefined || many === undefined) throw new Error('no booking was measured');
    const history = await histories(stack.temporalAddress, stack.userId, last);
    await floor.close();
    bookings.close();
    const steps = STEPS.flatMap((step) => calls.get(step) ?? []);
    const bareUpdate = times(bare);
    const bareUpdateWithActivity = times(withActivity);
    return {
      ...aboutRun(options),
      bareUpdate,
      bareUpdateWithActivity,
      calls: Object.fromEntries(BOOKING_CALLS.map((call) => [call, times(calls.get(call) ?? [])])) as Record<
        BookingCall,
        Times
      >,
      steps: times(steps),
      wholeBooking: times(whole),
      stepVsBareUpdate: times(steps).p50Ms / bareUpdate.p50Ms,
      stepVsBareUpdateWithActivity: times(steps).p50Ms / bareUpdateWithActivity.p50Ms,
      many,
      history,
      guardrails,
    };
  } catch (error) {
    if (!signal.aborted) onProgress(`The logs are kept in ${stack.keepLogs()}`);
    throw error;
  } finally {
    onProgress('Stopping …');
    await stack.stop();
  }
}

function times(values: readonly number[]): Times {
  return { calls: values.length, p50Ms: percentile(values, 50), p95Ms: percentile(values, 95) };
}

async function histories(address: string, userId: string, { bookingId, idempotencyKey }: BookedOrder) {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    return {
      booking: await historyCost(client, bookingWorkflowId(userId, bookingId)),
      order: await historyCost(client, orderWorkflowId(userId, idempotencyKey)),
    };
  } finally {
    await connection.close();
  }
}

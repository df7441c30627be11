import { Client, Connection } from '@temporalio/client';
import { aboutRun, type RunDescription } from './about-run';
import { connectFloorCaller } from './floor/caller';
import { type HistoryCost, historyCost } from './history-cost';
import { type Measurement, measureInTurn, type Side } from './measure';
import { createOrderCaller } from './order-caller';
import { startStack, type TemporalDatabase } from './stack';

export interface OrderBenchmarkOptions {
  readonly temporalDatabase: TemporalDatabase;
  /** How many callers at once, each measured by itself. */
  readonly concurrencies: readonly number[];
  readonly profileFolder?: string;
  /** Aborted: the benchmark fails, after everything it started has been stopped. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** What is written to `bench/results/latest.json`. */
export interface OrderBenchmark extends RunDescription {
  /** By rising concurrency. */
  readonly levels: readonly Level[];
  /** The same orders sent again, one at a time; null when concurrency 1 was not measured. */
  readonly replay: Measurement | null;
  readonly history: { readonly floor: HistoryCost; readonly createOrder: HistoryCost };
  /** `ratio` of the level with the most callers. */
  readonly createOrderVsFloor: number;
  /** How much longer the median CreateOrder takes than the bare workflow, one at a time. */
  readonly p50AloneDeltaMs: number | null;
  /** Median create / median replay, one at a time. */
  readonly replaySpeedup: number | null;
}

export interface Level {
  readonly concurrency: number;
  readonly floor: Measurement;
  readonly createOrder: Measurement;
  /** Throughput of CreateOrder / throughput of the bare workflow. */
  readonly ratio: number;
}

/** Enough for V8 to have compiled what is hot in every process. */
const WARM_UP = { concurrency: 20, atMost: { seconds: 8, calls: 250 }, rounds: 1 };

/**
 * Rounds are short, so that the sides meet the same machine, and long beside the time in which the last calls of a round
 * run out. All together take about three minutes, however slow the machine is.
 */
const ROUNDS_OF = new Map([
  [1, { atMost: { seconds: 3, calls: 60 }, rounds: 4 }],
  [10, { atMost: { seconds: 5, calls: 400 }, rounds: 3 }],
]);
const ROUNDS_OF_MANY = { atMost: { seconds: 8, calls: 1_000 }, rounds: 6 };

/** Measures CreateOrder over gRPC with everything on beside the bare workflow, on the same servers in the same minutes. */
export async function runOrderBenchmark(options: OrderBenchmarkOptions): Promise<OrderBenchmark> {
  const { onProgress, signal } = options;
  const stack = await startStack(options);
  try {
    const { floorWorker, worker, api, caller, temporal, postgres } = stack.processes;
    const floorCaller = await connectFloorCaller(stack.temporalAddress);
    const orders = createOrderCaller({ address: stack.grpcAddress, apiKey: stack.apiKey, userId: stack.userId });
    const floor: Side = {
      name: 'bare workflow',
      call: () => floorCaller.call(),
      processes: present({ worker: floorWorker, caller, temporal }),
    };
    const ofOrders = present({ worker, api, caller, temporal, postgres });
    const createOrder: Side = { name: 'CreateOrder', call: () => orders.call(), processes: ofOrders };
    const replayOrder: Side = { name: 'replay', call: () => orders.replay(), processes: ofOrders };

    onProgress('Warming up …');
    await measureInTurn([floor, createOrder, replayOrder], { ...WARM_UP, signal });

    const levels: Level[] = [];
    let replay: Measurement | null = null;
    // The most callers first: what they leave warm is what one caller meets in a service that has been up for a while.
    for (const concurrency of options.concurrencies.toSorted((a, b) => b - a)) {
      onProgress(`Measuring at concurrency ${concurrency} …`);
      const sides = concurrency === 1 ? [floor, createOrder, replayOrder] : [floor, createOrder];
      const load = { concurrency, signal, ...(ROUNDS_OF.get(concurrency) ?? ROUNDS_OF_MANY) };
      const [a, b, again] = await measureInTurn(sides, load);
      if (a === undefined || b === undefined) throw new Error('a side was not measured');
      levels.unshift({ concurrency, floor: a, createOrder: b, ratio: b.perSecond / a.perSecond });
      replay = again ?? replay;
    }

    const history = await histories(stack.temporalAddress, floorCaller.lastWorkflowId(), orders.lastWorkflowId());
    await Promise.all([floorCaller.close(), orders.close()]);
    return { ...summary(levels, replay), ...aboutRun(options), levels, replay, history };
  } catch (error) {
    if (!signal.aborted) onProgress(`The logs are kept in ${stack.keepLogs()}`);
    throw error;
  } finally {
    onProgress('Stopping …');
    await stack.stop();
  }
}

function summary(levels: readonly Level[], replay: Measurement | null) {
  const alone = levels.find(({ concurrency }) => concurrency === 1);
  const many = levels.at(-1);
  return {
    createOrderVsFloor: many?.ratio ?? Number.NaN,
    p50AloneDeltaMs: alone === undefined ? null : alone.createOrder.p50Ms - alone.floor.p50Ms,
    replaySpeedup: alone === undefined || replay === null ? null : alone.createOrder.p50Ms / replay.p50Ms,
  };
}

async function histories(address: string, floorId: string, orderId: string) {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    return { floor: await historyCost(client, floorId), createOrder: await historyCost(client, orderId) };
  } finally {
    await connection.close();
  }
}

function present<T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, type Measured } from './cpu';
import { type LoadOptions, runLoad } from './load';
import { percentile } from './percentile';

/** One thing that is measured: what is called, and the processes whose CPU time the calls cost. */
export interface Side {
  readonly name: string;
  readonly call: () => Promise<void>;
  readonly processes: Readonly<Record<string, Measured>>;
}

/** What all rounds of a side at one concurrency came to. */
export interface Measurement {
  readonly orders: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** CPU seconds an order by process; empty where they cannot be read. */
  readonly cpuSecondsPerOrder: Readonly<Record<string, number>>;
}

/** What the servers still do after the last answer (visibility, checkpoints) belongs to the round, not to the next one. */
const SETTLE_MS = 400;

/**
 * Measures the sides in turn, again and again, in the order a b c, c b a, a b c …: whatever else the machine does, and
 * however it slows down as its data grows, happens to all of them alike.
 */
export async function measureInTurn(
  sides: readonly Side[],
  { rounds, ...load }: LoadOptions & { readonly rounds: number },
): Promise<readonly Measurement[]> {
  const tallies = sides.map((side) => new Tally(side));
  for (let round = 0; round < rounds; round += 1) {
    for (const tally of round % 2 === 0 ? tallies : tallies.toReversed()) await tally.round(load);
  }
  return tallies.map((tally) => tally.measurement());
}

class Tally {
  private seconds = 0;
  private readonly latenciesMs: number[] = [];
  private readonly cpu = new Map<string, number>();

  constructor(private readonly side: Side) {}

  async round(load: LoadOptions): Promise<void> {
    const before = this.readCpu();
    const { seconds, latenciesMs } = await runLoad(this.side.call, load);
    await sleep(SETTLE_MS);
    this.seconds += seconds;
    this.latenciesMs.push(...latenciesMs);
    for (const [name, after] of this.readCpu()) {
      this.cpu.set(name, (this.cpu.get(name) ?? 0) + after - (before.get(name) ?? after));
    }
  }

  measurement(): Measurement {
    const orders = this.latenciesMs.length;
    return {
      orders,
      perSecond: orders / this.seconds,
      p50Ms: percentile(this.latenciesMs, 50),
      p95Ms: percentile(this.latenciesMs, 95),
      p99Ms: percentile(this.latenciesMs, 99),
      cpuSecondsPerOrder: Object.fromEntries([...this.cpu].map(([name, seconds]) => [name, seconds / orders])),
    };
  }

  private readCpu(): Map<string, number> {
    const read = new Map<string, number>();
    for (const [name, process] of Object.entries(this.side.processes)) {
      const seconds = cpuSeconds(process);
      if (seconds !== undefined) read.set(name, seconds);
    }
    return read;
  }
}

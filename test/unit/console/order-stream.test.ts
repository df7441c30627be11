import type { OrderChange } from '../../../console/app/api/wire';
import { createOrderStream, type EventSourceLike } from '../../../console/app/live/order-stream';
import { sampleOrder } from './sample-order';

const [CONNECTING, OPEN, CLOSED] = [0, 1, 2];

/** An EventSource as the standard has it, driven by the test. */
class Source implements EventSourceLike {
  readyState = CONNECTING;
  onopen: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  private readonly listeners: ((event: { readonly data: string }) => void)[] = [];

  addEventListener(_name: string, listener: (event: { readonly data: string }) => void): void {
    this.listeners.push(listener);
  }
  close(): void {
    this.readyState = CLOSED;
  }
  opens(): void {
    this.readyState = OPEN;
    this.onopen?.(undefined as never);
  }
  breaks(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.(undefined as never);
  }
  tells(data: unknown): void {
    for (const listener of this.listeners) listener({ data: JSON.stringify(data) });
  }
}

function setUp() {
  const sources: Source[] = [];
  const told: string[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const stream = createOrderStream({
    open: () => {
      const source = new Source();
      sources.push(source);
      return source;
    },
    onChange: ({ order }: OrderChange) => told.push(order.id),
    onState: (state) => told.push(state),
    onGap: () => told.push('gap'),
    onGivenUp: () => told.push('given up'),
    setTimer: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const last = (): Source => sources.at(-1) ?? new Source();
  const since = (): readonly string[] => told.splice(0);
  return { stream, sources, timers, last, since };
}

describe('the stream of orders', () => {
  it('tells every change, and has the page loaded again once it is open: what happened before that is in neither', () => {
    const { stream, last, since } = setUp();
    stream.wake();
    last().opens();
    last().tells({ event: {}, order: sampleOrder({ id: 'one' }) });
    expect(since()).toEqual(['connecting', 'live', 'gap', 'one']);
  });

  it('while the browser reconnects by itself nothing is missed, so nothing is loaded', () => {
    const { stream, last, since, sources, timers } = setUp();
    stream.wake();
    last().opens();
    last().tells({ event: {}, order: sampleOrder({ id: 'one' }) });
    since();
    last().breaks(CONNECTING);
    last().opens();
    expect(since()).toEqual(['reconnecting', 'live']);
    expect(sources).toHaveLength(1);
    expect(timers).toEqual([]);
  });

  it('that never told anything has nothing to go on from: after a break what was missed is loaded', () => {
    const { stream, last, since } = setUp();
    stream.wake();
    last().opens();
    since();
    last().breaks(CONNECTING);
    last().opens();
    expect(since()).toEqual(['reconnecting', 'live', 'gap']);
  });

  it('is opened anew when the browser has given it up, later each time, and what was missed is loaded', () => {
    const { stream, last, since, timers } = setUp();
    stream.wake();
    last().opens();
    since();
    const waits: number[] = [];
    for (let time = 0; time < 7; time += 1) {
      last().breaks(CLOSED);
      const timer = timers.shift();
      waits.push(timer?.ms ?? 0);
      timer?.run();
    }
    expect(waits).toEqual([1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000]);
    expect(since().filter((word) => word === 'given up')).toHaveLength(7);
    last().opens();
    expect(since()).toEqual(['live', 'gap']);
    last().breaks(CLOSED);
    expect(timers[0]?.ms).toBe(1_000);
  });

  it('rests, and wakes at once, with only one source open', () => {
    const { stream, sources, timers, last } = setUp();
    stream.wake();
    stream.wake();
    expect(sources).toHaveLength(1);
    stream.rest();
    expect(last().readyState).toBe(CLOSED);
    stream.wake();
    expect(sources).toHaveLength(2);
    last().breaks(CLOSED);
    stream.wake();
    expect(sources).toHaveLength(3);
    expect(timers).toEqual([]);
  });
});

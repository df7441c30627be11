import type { OrderChange } from '../../../console/app/api/wire';
import type { LiveState } from '../../../console/app/live/order-stream';
import {
  type ChannelLike,
  createSharedStream,
  type LocksLike,
  type Told,
} from '../../../console/app/live/shared-stream';
import { eventually } from '../../support/eventually';
import { sampleOrder } from './sample-order';

/** What the tabs of one browser have in common, as the standards have it: messages reach all others, one at a time has the lock. */
function openBrowserProfile() {
  const ears = new Set<(event: { readonly data: unknown }) => void>();
  const waiting: (() => void)[] = [];
  let lose: (() => void) | undefined;
  /** Those who have lost the lock and do not know it yet; undefined while they are told at once. */
  let untold: (() => void)[] | undefined;

  function channel(isAsleep: () => boolean): ChannelLike {
    let mine: ((event: { readonly data: unknown }) => void) | undefined;
    return {
      addEventListener(_name, listener) {
        mine = (event) => {
          if (!isAsleep()) listener(event);
        };
        ears.add(mine);
      },
      postMessage(message) {
        const data: unknown = structuredClone(message);
        for (const ear of ears) if (ear !== mine) queueMicrotask(() => ear({ data }));
      },
      close() {
        if (mine !== undefined) ears.delete(mine);
      },
    };
  }

  const grant = (): void => {
    if (lose === undefined) waiting.shift()?.();
  };
  const locks: LocksLike = {
    request: (_name, { signal, steal }, callback) =>
      new Promise((resolve, reject) => {
        const take = (): void => {
          const stolen = (): void => {
            const tell = (): void => reject(new DOMException('stolen', 'AbortError'));
            if (untold === undefined) tell();
            else untold.push(tell);
          };
          lose = stolen;
          callback().then(() => {
            if (lose === stolen) lose = undefined;
            resolve(undefined);
            grant();
          });
        };
        if (steal === true) {
          lose?.();
          take();
          return;
        }
        waiting.push(take);
        signal?.addEventListener('abort', () => {
          const at = waiting.indexOf(take);
          if (at === -1) return;
          waiting.splice(at, 1);
          reject(new DOMException('given up', 'AbortError'));
        });
        queueMicrotask(grant);
      }),
  };
  return {
    channel,
    locks,
    /** From now on nobody learns that the lock was taken, until what this returns is called. */
    tellLater(): () => void {
      const late: (() => void)[] = [];
      untold = late;
      return () => {
        untold = undefined;
        for (const tell of late) tell();
      };
    },
  };
}

function openTab(profile: ReturnType<typeof openBrowserProfile>) {
  const heard: string[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const streams: { told: Told; open: boolean }[] = [];
  let asleep = false;
  const shared = createSharedStream({
    name: 'bakery',
    channel: profile.channel(() => asleep),
    locks: profile.locks,
    make(told) {
      const stream = { told, open: false };
      streams.push(stream);
      return {
        wake: () => {
          stream.open = true;
        },
        rest: () => {
          stream.open = false;
        },
      };
    },
    onChange: ({ order }) => heard.push(order.id),
    onState: (state) => heard.push(state),
    onGap: () => heard.push('gap'),
    setTimer(run, ms) {
      const timer = { run, ms };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at !== -1) timers.splice(at, 1);
      };
    },
  });
  shared.wake();
  return {
    shared,
    heard,
    since: (): readonly string[] => heard.splice(0),
    isOpen: () => streams.some(({ open }) => open),
    /** What its stream tells, as far as it has one. */
    tell(what: { readonly state?: LiveState; readonly change?: OrderChange }) {
      const told = streams.find(({ open }) => open)?.told;
      if (what.state !== undefined) told?.onState(what.state);
      if (what.state === 'live') told?.onGap();
      if (what.change !== undefined) told?.onChange(what.change);
    },
    passTime(ms: number) {
      for (const timer of timers.splice(0)) {
        if (timer.ms <= ms) timer.run();
        else timers.push(timer);
      }
    },
    sleeps(now: boolean) {
      asleep = now;
    },
  };
}

const change = (id: string) => ({ event: {}, order: sampleOrder({ id }) }) as OrderChange;

/** Two tabs, of which the first leads and is live. */
async function openTwo() {
  const profile = openBrowserProfile();
  const first = openTab(profile);
  await eventually('the first one leads', first.isOpen);
  first.tell({ state: 'live' });
  const second = openTab(profile);
  await eventually('the second one follows', () => second.heard.includes('gap'));
  return { profile, first, second };
}

describe('the stream that tabs share', () => {
  it('is opened once; all hear of every change, and one that comes later loads what it may have missed', async () => {
    const { profile, first, second } = await openTwo();
    const third = openTab(profile);
    await eventually('the third one follows', () => third.heard.includes('gap'));
    const all = [first, second, third];
    expect(all.map(({ isOpen }) => isOpen())).toEqual([true, false, false]);
    expect(third.since()).toEqual(['live', 'gap']);
    for (const tab of all) tab.since();
    first.tell({ change: change('one') });
    await eventually('all have heard', () => all.every(({ heard }) => heard.length > 0));
    expect(all.map(({ since }) => since())).toEqual([['one'], ['one'], ['one']]);
  });

  it('tells all tabs of a break, and of what may have been missed in it', async () => {
    const { first, second } = await openTwo();
    second.since();
    first.tell({ state: 'reconnecting' });
    first.tell({ state: 'live' });
    await eventually('the second one knows', () => second.heard.length === 3);
    expect(second.since()).toEqual(['reconnecting', 'live', 'gap']);
  });

  it('goes to the next tab when the leading one is closed, or its owner signs out', async () => {
    const { first, second } = await openTwo();
    first.shared.stop();
    await eventually('the second one leads', second.isOpen);
    expect(first.isOpen()).toBe(false);
    second.since();
    second.tell({ state: 'connecting' });
    second.tell({ state: 'live' });
    expect(second.since()).toEqual(['connecting', 'live', 'gap']);
  });

  it('is taken from a tab that was put to sleep, and is not opened twice when that one wakes', async () => {
    const { first, second } = await openTwo();
    first.sleeps(true);
    second.passTime(20_000);
    expect(second.isOpen()).toBe(false);
    second.passTime(3_000);
    await eventually('the second one leads', second.isOpen);
    first.sleeps(false);
    await eventually('the first one has let go', () => !first.isOpen());
    second.since();
    first.since();
    second.tell({ state: 'live' });
    second.tell({ change: change('two') });
    await eventually('the first one hears', () => first.heard.includes('two'));
    expect(second.since()).toContain('two');
  });

  it('is loaded anew by the tab that lost it: while that one believed to have it, it listened to nobody', async () => {
    const { profile, first, second } = await openTwo();
    const third = openTab(profile);
    await eventually('the third one follows', () => third.heard.includes('gap'));
    const tell = profile.tellLater();
    first.sleeps(true);
    second.passTime(20_000);
    second.passTime(3_000);
    await eventually('the second one leads', second.isOpen);
    first.sleeps(false);
    first.since();
    second.tell({ state: 'live' });
    second.tell({ change: change('five') });
    // All hear it in the order in which they were opened.
    await eventually('all have heard', () => third.heard.includes('five'));
    expect(first.since()).toEqual([]);
    tell();
    await eventually('the first one loads what it has missed', () => first.heard.includes('gap'));
    expect([first.isOpen(), second.isOpen()]).toEqual([false, true]);
    second.tell({ change: change('six') });
    await eventually('the first one hears', () => first.heard.includes('six'));
  });

  it('stays with a tab that answers', async () => {
    const { first, second } = await openTwo();
    for (let round = 0; round < 3; round += 1) {
      second.passTime(20_000);
      await eventually('the answer', () => first.isOpen());
      await Promise.resolve();
      second.passTime(3_000);
    }
    expect([first.isOpen(), second.isOpen()]).toEqual([true, false]);
  });

  it('that waits to be opened again is opened when somebody looks at another tab', async () => {
    const { first, second } = await openTwo();
    first.tell({ state: 'reconnecting' });
    second.shared.wake();
    await eventually('it is open', first.isOpen);
    expect(second.isOpen()).toBe(false);
  });

  it('says nothing twice', async () => {
    const { second, first } = await openTwo();
    second.since();
    second.passTime(20_000);
    await Promise.resolve();
    first.tell({ change: change('three') });
    await eventually('the change', () => second.heard.includes('three'));
    expect(second.since()).toEqual(['three']);
  });

  it('ends with the tab: nothing is said of it afterwards', async () => {
    const { first, second } = await openTwo();
    second.shared.stop();
    second.since();
    first.tell({ change: change('four') });
    await Promise.resolve();
    expect(second.since()).toEqual([]);
    expect(first.isOpen()).toBe(true);
  });
});

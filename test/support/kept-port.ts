import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree } from '../../deploy/local/process/free-port';
import { tryLock } from '../../deploy/local/process/lock-file';

/** Below those that systems give to whoever asks for any: from 32768 on Linux, from 49152 elsewhere. */
const PORTS = { first: 20_000, behind: 32_000 };
/** More of them: too few ports in each for the file that takes the most, 240. */
const SLICES = 32;
const SLICE = (PORTS.behind - PORTS.first) / SLICES;
/** Which process has which slice: Jest's workers, and those of another run that goes on at the same time. */
const LOCKS = join(tmpdir(), `order-booking-test-ports-${process.getuid?.() ?? ''}`);

let left: number[] | undefined;

/**
 * A port for what goes away and comes back at the same address. One that the system chose would be given, while nobody listens on
 * it, to the next one that asks for any: another test file's server, and the one that comes back finds it taken. For the same
 * reason no file that runs at the same time draws it, and this one no second time.
 *
 * @throws Error when this file has drawn all that are free
 */
export async function keptPort(): Promise<number> {
  left ??= ownSlice();
  while (left.length > 0) {
    const [port] = left.splice(randomInt(left.length), 1);
    // Somebody else's server, or one that an earlier test left behind.
    if (port !== undefined && (await isPortFree(port))) return port;
  }
  throw new Error('this test file has drawn all ports of its process');
}

/** This process's for as long as it lives. Of more processes than slices, some share one: then only the draw keeps them apart. */
function ownSlice(): number[] {
  mkdirSync(LOCKS, { recursive: true });
  // Always from the same one on: the next file in this process finds what this one took.
  const order = Array.from({ length: SLICES }, (_, step) => (process.pid + step) % SLICES);
  const own = order.find((index) => {
    const lock = tryLock(join(LOCKS, String(index)));
    return lock.taken || lock.heldBy === process.pid;
  });
  const first = PORTS.first + (own ?? randomInt(SLICES)) * SLICE;
  return Array.from({ length: SLICE }, (_, offset) => first + offset);
}

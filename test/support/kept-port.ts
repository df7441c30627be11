import { randomInt } from 'node:crypto';
import { isPortFree } from '../../deploy/local/process/free-port';

/** Below those that systems give to whoever asks for any: from 32768 on Linux, from 49152 elsewhere. */
const PORTS = { first: 20_000, behind: 32_000 };
/**
 * One for each Jest worker, and the first for whoever runs outside Jest. More of them: too few ports in each for the file that takes
 * the most, 240. From as many workers on, some share one, and only the draw keeps them apart.
 */
const SLICES = 32;
const SLICE = (PORTS.behind - PORTS.first) / SLICES;

const left = slice(process.env.JEST_WORKER_ID);

/**
 * A port for what goes away and comes back at the same address. One that the system chose would be given, while nobody listens on
 * it, to the next one that asks for any: another test file's server, and the one that comes back finds it taken. For the same
 * reason no test file that runs at the same time draws it, and this one no second time.
 *
 * @throws Error when this file has drawn all that are free
 */
export async function keptPort(): Promise<number> {
  while (left.length > 0) {
    const [port] = left.splice(randomInt(left.length), 1);
    // Another run of the tests may go on beside this one.
    if (port !== undefined && (await isPortFree(port))) return port;
  }
  throw new Error('this test file has drawn all ports of its worker');
}

/** Workers are numbered from 1. */
function slice(worker: string | undefined): number[] {
  const index = worker === undefined ? 0 : 1 + ((Number(worker) - 1) % (SLICES - 1));
  return Array.from({ length: SLICE }, (_, offset) => PORTS.first + index * SLICE + offset);
}

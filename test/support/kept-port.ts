import { randomInt } from 'node:crypto';
import { isPortFree } from '../../deploy/local/process/free-port';

/** Below those that systems give to whoever asks for any: from 32768 on Linux, from 49152 elsewhere. */
const PORTS = { first: 20_000, behind: 32_000 };

/**
 * A port for what goes away and comes back at the same address. One that the system chose would be given, while nobody listens on
 * it, to the next one that asks for any: another test file's server, and the one that comes back finds it taken.
 */
export async function keptPort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.first, PORTS.behind);
    if (await isPortFree(port)) return port;
  }
}

import { NativeConnection } from '@temporalio/worker';
import type { Logger } from './logger';

/** How long to wait between two tries to reach Temporal at the start. */
const CONNECT_AGAIN_MS = 1_000;

/** A worker's connection to Temporal, tried until it is there: a worker that starts before its server waits for it. */
export async function connectTemporal(address: string, logger: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address });
    } catch {
      logger.warn(
        { event: 'temporalUnreachable', retryMs: CONNECT_AGAIN_MS },
        'Temporal cannot be reached; trying again',
      );
      await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_MS));
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { GrpcServer } from './grpc-server';
import type { HttpServer } from './http-server';
import type { OpenStreams } from './open-streams';

/** Of the time for all. Streams end within milliseconds; one that hangs must leave the calls that are running their time. */
const STREAMS_SHARE = 0.5;

export interface OpenedDoors {
  readonly streams: OpenStreams;
  readonly grpc: Pick<GrpcServer, 'drain'>;
  readonly http: Pick<HttpServer, 'drain'>;
}

/**
 * Ends all streams, then both doors; whatever is not done after `timeoutMs` is cut off. In this order, so that a watch has
 * the status that tells it to come back before its connection is told to go away.
 */
export async function drainDoors({ streams, grpc, http }: OpenedDoors, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  await Promise.race([streams.drain(), sleep(timeoutMs * STREAMS_SHARE, undefined, { ref: false })]);
  const left = end - performance.now();
  await Promise.all([grpc.drain(left), http.drain(left)]);
}

import type { Metadata } from '@grpc/grpc-js';

export const AUTHORIZATION = 'authorization';
export const CORRELATION_ID = 'x-correlation-id';
export const IDEMPOTENCY_KEY = 'idempotency-key';

/** A request's metadata value, or undefined when it is absent or binary. One that was sent twice reads as `a, b`. */
export function metadataValue(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}

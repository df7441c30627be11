import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';

/**
 * Names the current HTTP request's span after the route that serves it (`/api/orders/:id`). The path itself holds ids and
 * whatever a caller made up, so it is not recorded. Costs nothing when nothing is traced.
 */
export function nameHttpSpan(route: string): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata?.type === RPCType.HTTP) metadata.route = route;
}

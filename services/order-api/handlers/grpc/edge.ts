import type { Logger } from '../../../../platform/logger';
import type { OpenStreams } from '../../open-streams';
import type { UseCases } from '../../use-cases/contract';

/** What every gRPC method is answered with. */
export interface GrpcEdge {
  readonly useCases: UseCases;
  readonly logger: Logger;
  readonly streams: OpenStreams;
  /** The longest a unary call may take; a caller's shorter deadline is kept. */
  readonly requestDeadlineMs: number;
}

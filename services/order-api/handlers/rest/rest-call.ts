import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type * as z from 'zod';
import type { Caller } from '../../../../domain/access';
import type { OrderError } from '../../../../domain/errors';
import { type SuccessWire, successToWire } from '../../../../domain/wire';
import type { Operation } from '../../operations';
import type { CallContext } from '../../use-cases/contract';
import { withinDeadline } from '../../within-deadline';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: open to everybody (health, documentation). */
    operation?: Operation;
    /** Whether calls that went well are logged where there is no operation; where there is one they are. */
    logged?: boolean;
  }
  interface FastifyRequest {
    startedAt: number;
    deadline: Date;
    /** Set once the caller is admitted: always, for a route with an operation. */
    caller: Caller | undefined;
    /** What the answer says went wrong, for the log. */
    failure: OrderError | undefined;
  }
}

/**
 * Types requests by their zod schemas, and holds answers to theirs. Unlike fastify-type-provider-zod's own provider it takes
 * answers that are readonly, as all of ours are.
 */
interface RestTypeProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: this['schema'] extends z.ZodType ? DeepReadonly<z.output<this['schema']>> : unknown;
}

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** The fastify that the routes are added to. A request's `id` is its correlation id. */
export type RestApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  RestTypeProvider
>;

type Call = Pick<FastifyRequest, 'id' | 'caller' | 'deadline'>;

/** What a use case needs to know of the call. @throws Error for a route without an operation, which admits nobody. */
export function callContext(request: Call): CallContext {
  if (request.caller === undefined) throw new Error('this route admits nobody');
  return { caller: request.caller, correlationId: request.id, deadline: request.deadline };
}

/** The envelope around what `work` comes to. @throws SystemError UNAVAILABLE at the call's deadline */
export async function answer<Data>(request: Call, work: Promise<Data>): Promise<SuccessWire<Data>> {
  return successToWire(await withinDeadline(request.deadline, work), request.id);
}

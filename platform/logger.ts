import pino, { type Bindings, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error';
import { loggedFields, shortened } from './logged-fields';

export type { Logger };

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** The service's name, in every line. */
  readonly service: string;
  readonly level: LogLevel | 'silent';
  /** Codes of our own errors: only errors with such a `code` keep their message. None by default. */
  readonly messageCodes?: Iterable<string>;
  /** Where lines go; standard output by default, written synchronously so that the last words of a crash are not lost. */
  readonly destination?: DestinationStream;
}

const MAX_MESSAGE_LENGTH = 512;

/**
 * A logger of JSON lines that cannot write customer data by accident: of objects only the fields of `LOGGED_FIELDS` are
 * kept, of errors what `describeError` keeps, and messages are constants: arguments to fill into one are ignored, and a
 * message that repeats an error's is dropped with it.
 */
export function createLogger({ service, level, messageCodes = [], destination }: LoggerOptions): Logger {
  const codes = new Set(messageCodes);
  const showsMessage = (code: string) => codes.has(code);
  const logger = pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // pino's own error serializer would write messages and every property of an error.
      serializers: { err: (err: unknown) => err },
      hooks: {
        logMethod(args: unknown[], method) {
          const [first, second] = args;
          if (typeof first !== 'object' || first === null) return method.call(this, {}, text(first));
          const fields = first instanceof Error ? { err: first } : first;
          const { err, error } = fields as { err?: unknown; error?: unknown };
          return method.call(this, loggedFields(fields, showsMessage), withoutErrorText(text(second), err ?? error));
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
  // pino asks its `bindings` formatter for the first logger only; children inherit from it, and these with it.
  const { child, setBindings } = logger;
  logger.child = function filtered(this: Logger, bindings: Bindings, ...options: []) {
    return child.call(this, loggedFields(bindings, showsMessage), ...options);
  } as typeof child;
  logger.setBindings = function filtered(this: Logger, bindings: Bindings) {
    setBindings.call(this, loggedFields(bindings, showsMessage));
  };
  return logger;

  /** Frameworks log an error with its own message as the line's; it is no more to be trusted there. */
  function withoutErrorText(message: string | undefined, error: unknown): string | undefined {
    if (message === undefined || typeof error !== 'object' || error === null || !('message' in error)) return message;
    const errorText = error.message;
    if (typeof errorText !== 'string' || errorText === '' || !message.includes(errorText)) return message;
    return describeError(error, showsMessage).message;
  }
}

function text(message: unknown): string | undefined {
  return typeof message === 'string' ? shortened(message, MAX_MESSAGE_LENGTH) : undefined;
}

/** An order exists that did not exist before; not logged for replays. */
export function logOrderCreated(
  logger: Logger,
  fields: {
    readonly userId: string;
    readonly orderId: string;
    readonly source: string;
    readonly correlationId: string;
  },
): void {
  const { userId, orderId, source, correlationId } = fields;
  logger.info({ event: 'orderCreated', userId, orderId, source, correlationId }, 'order created');
}

/** An order moved from one state to another; not logged for repeats that changed nothing. */
export function logOrderStatusChanged(
  logger: Logger,
  fields: {
    readonly userId: string;
    readonly orderId: string;
    readonly fromStatus: string;
    readonly toStatus: string;
    /** The order's version after the move. */
    readonly version: number;
    readonly correlationId: string;
  },
): void {
  const { userId, orderId, fromStatus, toStatus, version, correlationId } = fields;
  logger.info(
    { event: 'orderStatusChanged', userId, orderId, fromStatus, toStatus, version, correlationId },
    'order status changed',
  );
}

/** An order was refused because the same one was placed a moment ago. */
export function logDuplicateOrderBlocked(
  logger: Logger,
  fields: { readonly userId: string; readonly existingOrderId: string; readonly correlationId: string },
): void {
  const { userId, existingOrderId, correlationId } = fields;
  logger.info({ event: 'duplicateOrderBlocked', userId, existingOrderId, correlationId }, 'duplicate order blocked');
}

/** Names and words from our own contract, none of a customer or an agent. */
export interface LoggedDecision {
  readonly userId: string;
  /** Undefined where no booking is known to be meant. */
  readonly bookingId: string | undefined;
  /** What was asked for: `start`, `add_items` …, `create_order`. */
  readonly bookingStep: string;
  readonly correlationId: string;
  /** How sure the agent said it was, 0 to 1. */
  readonly confidence?: number;
}

/** A step of a booking was decided and recorded; not logged again when it is only answered again. */
export function logAiDecision(
  logger: Logger,
  fields: LoggedDecision & { readonly decision: 'accepted' | 'repeated' | 'blocked' },
): void {
  const { userId, bookingId, bookingStep, decision, confidence, correlationId } = fields;
  logger.info(
    { event: 'aiDecision', userId, bookingId, bookingStep, decision, confidence, correlationId },
    'booking step decided',
  );
}

/** A guardrail kept an agent from going on. Follows the `aiDecision` of the same step. */
export function logAiGuardrailTriggered(
  logger: Logger,
  fields: LoggedDecision & {
    readonly guardrail: string;
    /** Our word for what was wrong (`quantity_not_said`). */
    readonly reason: string;
  },
): void {
  const { userId, bookingId, bookingStep, guardrail, reason: guardrailReason, confidence, correlationId } = fields;
  logger.info(
    {
      event: 'aiGuardrailTriggered',
      userId,
      bookingId,
      bookingStep,
      guardrail,
      guardrailReason,
      confidence,
      correlationId,
    },
    'guardrail triggered',
  );
}

/** One try to tell a subscriber of something. Where it went is not said: a URL may be as good as a password. */
export function logNotificationAttempted(
  logger: Logger,
  fields: {
    readonly userId: string;
    readonly subscriptionId: string;
    readonly deliveryId: string;
    /** Undefined where it is not of an order. */
    readonly orderId: string | undefined;
    readonly kind: 'web_push' | 'webhook';
    /** The type of the event it tells of. */
    readonly notification: string;
    readonly result: 'delivered' | 'retried' | 'failed' | 'ended';
    /** Our word for why it was not delivered. */
    readonly cause: string | undefined;
    /** The receiver's. */
    readonly httpStatus: number | undefined;
    readonly attempt: number;
    readonly durationMs: number;
    readonly correlationId: string;
  },
): void {
  const { userId, subscriptionId, deliveryId, orderId, kind, notification, result, cause } = fields;
  const { httpStatus, attempt, durationMs, correlationId } = fields;
  logger[result === 'delivered' ? 'info' : 'warn'](
    {
      event: 'notificationAttempted',
      userId,
      subscriptionId,
      deliveryId,
      orderId,
      kind,
      notification,
      result,
      cause,
      httpStatus,
      attempt,
      durationMs,
      correlationId,
    },
    'notification attempted',
  );
}

/** A batch of orders was tried to be written into a tenant's sheet. */
export function logSheetSyncAttempted(
  logger: Logger,
  fields: {
    readonly userId: string;
    readonly result: 'synced' | 'retried' | 'parked';
    /** Our word for what was wrong; null when it is synced. */
    readonly cause: string | null;
    /** Google's, where it refused. */
    readonly httpStatus: number | null;
    readonly attempt: number;
    /** Orders of the batch. */
    readonly count: number;
    readonly updated: number;
    readonly appended: number;
    readonly mended: number;
    readonly durationMs: number;
    readonly correlationIds: readonly string[];
  },
): void {
  const { userId, result, cause, httpStatus, attempt, count } = fields;
  const { updated, appended, mended, durationMs, correlationIds } = fields;
  logger[result === 'synced' ? 'info' : 'warn'](
    {
      event: 'sheetSyncAttempted',
      userId,
      result,
      ...(cause === null ? {} : { cause }),
      ...(httpStatus === null ? {} : { httpStatus }),
      attempt,
      count,
      updated,
      appended,
      mended,
      durationMs,
      correlationIds,
    },
    'sheet sync attempted',
  );
}

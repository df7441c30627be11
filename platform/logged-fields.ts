import { describeError } from './describe-error';

/**
 * Every field that a log line may have; all others are dropped before they are written. A name belongs here only if no
 * value it can ever hold comes from a customer: ids, states, counts, addresses of our own, names from our own code.
 * Free text (`reason`, `notes`, `details`, `message`) does not, whatever it holds today.
 */
export const LOGGED_FIELDS = [
  // What happened and to what
  'event',
  'correlationId',
  'userId',
  'orderId',
  'existingOrderId',
  'bookingId',
  'bookingStep',
  'decision',
  'guardrail',
  // A word from our own list of reasons; never the `reason` that somebody gives for what they do.
  'guardrailReason',
  'confidence',
  'source',
  'status',
  'fromStatus',
  'toStatus',
  'version',
  'sequence',
  'keyPrefix',
  // What was told to whom, and how that went; `cause` and `result` are words of our own
  'subscriptionId',
  'deliveryId',
  'kind',
  'notification',
  'result',
  'cause',
  // Requests
  'operation',
  'method',
  'route',
  'code',
  'httpStatus',
  'grpcStatus',
  'durationMs',
  'replayed',
  // Processes
  'service',
  'pid',
  'grpcPort',
  'httpPort',
  'healthPort',
  'bindAddress',
  'ready',
  'checks',
  'signal',
  'step',
  'exitCode',
  'graceSeconds',
  'retryMs',
  'count',
  'migrations',
  // Sheets
  'correlationIds',
  'updated',
  'appended',
  'mended',
  // Temporal
  'namespace',
  'taskQueue',
  'workflowId',
  'runId',
  'workflowType',
  'activityId',
  'activityType',
  'updateName',
  'signalName',
  'queryType',
  'attempt',
  'isLocal',
  'sdkComponent',
  'deploymentName',
  'buildId',
  'trace_id',
  'span_id',
  // Errors, reduced to what `describeError` lets through
  'err',
  'error',
] as const;

export type LoggedField = (typeof LOGGED_FIELDS)[number];

/** Longer values are cut: a line must stay one line of a log collector (16 KiB is the usual bound), whatever went wrong. */
const MAX_VALUE_LENGTH = 256;
const MAX_LIST_LENGTH = 50;

const NAMES: ReadonlySet<string> = new Set(LOGGED_FIELDS);
const ERROR_NAMES: ReadonlySet<string> = new Set(['err', 'error'] satisfies LoggedField[]);

/**
 * The part of an object that may be logged: allowed names only, and under them plain values only. Nested objects are
 * not looked into for allowed names, because a name says nothing at another depth; `checks` alone is a flat record.
 */
export function loggedFields(fields: object, showsMessage: (code: string) => boolean): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!NAMES.has(name)) continue;
    const safe = ERROR_NAMES.has(name) ? loggedError(value, showsMessage) : loggedValue(name, value);
    if (safe !== undefined) kept[name] = safe;
  }
  return kept;
}

/** Cuts a text to what a log line takes. */
export function shortened(text: string, length = MAX_VALUE_LENGTH): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function loggedError(value: unknown, showsMessage: (code: string) => boolean): unknown {
  return value === undefined || value === null ? undefined : describeError(value, showsMessage);
}

function loggedValue(name: LoggedField | string, value: unknown): unknown {
  if (name === 'checks') return loggedChecks(value);
  if (Array.isArray(value)) return value.slice(0, MAX_LIST_LENGTH).map(plainValue);
  return plainValue(value);
}

function loggedChecks(value: unknown): Record<string, boolean> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const checks = Object.entries(value).slice(0, MAX_LIST_LENGTH);
  return Object.fromEntries(checks.map(([name, passed]) => [shortened(name), passed === true]));
}

function plainValue(value: unknown): string | number | boolean | undefined {
  switch (typeof value) {
    case 'string':
      return shortened(value);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return shortened(value.toString());
    default:
      return undefined;
  }
}

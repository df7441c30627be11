import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What this process counts, for Prometheus. One registry a process, as the client library has it: a metric is made once,
 * where this file is loaded. Labels are names from our own contracts, never anything a caller made up or a customer's.
 */
const registry = new Registry();
collectDefaultMetrics({ register: registry });

const callDuration = new Histogram({
  name: 'order_booking_call_duration_seconds',
  help: 'Finished calls of the API by door, method and outcome: rate, errors and duration in one.',
  labelNames: ['door', 'method', 'code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

const ordersCreated = new Counter({
  name: 'order_booking_orders_created_total',
  help: 'Orders that were booked, by source.',
  labelNames: ['source'],
  registers: [registry],
});

const statusChanges = new Counter({
  name: 'order_booking_order_status_changes_total',
  help: 'Moves of orders, by the state they left and the state they came to.',
  labelNames: ['from', 'to'],
  registers: [registry],
});

const duplicatesBlocked = new Counter({
  name: 'order_booking_duplicate_orders_blocked_total',
  help: 'Orders refused because the same one was placed within the window.',
  registers: [registry],
});

const bookingSteps = new Counter({
  name: 'order_booking_booking_steps_total',
  help: 'Steps of AI bookings that were decided and recorded, by step and decision.',
  labelNames: ['step', 'decision'],
  registers: [registry],
});

const guardrailBlocks = new Counter({
  name: 'order_booking_guardrail_blocks_total',
  help: 'Steps of AI bookings that were refused, by the guardrail that refused them.',
  labelNames: ['guardrail'],
  registers: [registry],
});

const notificationAttempts = new Histogram({
  name: 'order_booking_notification_attempt_duration_seconds',
  help: 'Tries to tell a subscriber of an event, by the kind of subscriber and how it went.',
  labelNames: ['kind', 'result'],
  // A receiver is given up after 10 s.
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

const sheetAttempts = new Counter({
  name: 'order_booking_sheet_sync_attempts_total',
  help: 'Batches of orders that were tried to be written into a sheet, by what came of it.',
  labelNames: ['result'],
  registers: [registry],
});

/** A call that is answered. `code` is `OK` or a code of the error registry; `seconds` from its first byte to its last. */
export function countCall(call: {
  door: 'grpc' | 'rest' | 'mcp';
  method: string;
  code: string;
  seconds: number;
}): void {
  callDuration.observe({ door: call.door, method: call.method, code: call.code }, call.seconds);
}

export function countOrderCreated(source: string): void {
  ordersCreated.inc({ source });
}

export function countStatusChange(from: string, to: string): void {
  statusChanges.inc({ from, to });
}

export function countDuplicateBlocked(): void {
  duplicatesBlocked.inc();
}

export function countBookingStep(step: string, decision: 'accepted' | 'repeated' | 'blocked'): void {
  bookingSteps.inc({ step, decision });
}

export function countGuardrailBlock(guardrail: string): void {
  guardrailBlocks.inc({ guardrail });
}

export function countNotificationAttempt(attempt: {
  kind: 'web_push' | 'webhook';
  result: 'delivered' | 'retried' | 'failed' | 'ended';
  seconds: number;
}): void {
  notificationAttempts.observe({ kind: attempt.kind, result: attempt.result }, attempt.seconds);
}

export function countSheetAttempt(result: 'synced' | 'retried' | 'parked'): void {
  sheetAttempts.inc({ result });
}

/**
 * Shows how far sheets are behind, all tenants together, asked anew by every scrape. Each process shows the same: take the
 * highest, not the sum. What cannot be read is shown as it was.
 */
export function showSheetBacklog(read: () => Promise<SheetBacklog>): void {
  let latest: { readonly at: number; readonly backlog: Promise<SheetBacklog | undefined> } | undefined;
  /** The three are collected side by side, from one answer. */
  const backlog = (): Promise<SheetBacklog | undefined> => {
    const now = performance.now();
    if (latest === undefined || now - latest.at > 500) latest = { at: now, backlog: read().catch(() => undefined) };
    return latest.backlog;
  };
  const gauge = (name: string, help: string, value: (backlog: SheetBacklog) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const found = await backlog();
        if (found !== undefined) this.set(value(found));
      },
    });
  };
  gauge('order_booking_sheet_unsynced_orders', 'Orders that a sheet lacks.', ({ unsynced }) => unsynced);
  gauge(
    'order_booking_sheet_sync_lag_seconds',
    'Age of the oldest change that a sheet lacks.',
    ({ oldestSeconds }) => oldestSeconds ?? 0,
  );
  gauge('order_booking_sheets_parked', 'Sheets that wait for somebody to repair something.', ({ parked }) => parked);
}

export interface SheetBacklog {
  readonly unsynced: number;
  /** Null: none is behind. */
  readonly oldestSeconds: number | null;
  readonly parked: number;
}

/** All of it, in Prometheus' text format. */
export async function renderMetrics(): Promise<{ readonly contentType: string; readonly body: string }> {
  return { contentType: registry.contentType, body: await registry.metrics() };
}

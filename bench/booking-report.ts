import type { BookingBenchmark } from './booking-benchmark';
import { BOOKING_CALLS } from './booking-caller';
import type { HistoryCost } from './history-cost';
import { machineLine, table } from './report';

/** The figures as a person reads them. */
export function bookingReport(result: BookingBenchmark): string {
  const { many, history, guardrails } = result;
  const cpuMs = Object.values(many.cpuSecondsPerOrder).reduce((sum, seconds) => sum + seconds, 0) * 1_000;
  return [
    machineLine(result),
    '',
    table([
      ['one caller', '', 'calls', 'p50 ms', 'p95 ms'],
      timesRow('bare update', result.bareUpdate),
      timesRow('… with a local activity', result.bareUpdateWithActivity),
      ...BOOKING_CALLS.map((call) => timesRow(call, result.calls[call])),
      timesRow('a step (AddItems … ConfirmBooking)', result.steps),
      timesRow('a whole booking', result.wholeBooking),
    ]),
    '',
    table([
      ['a whole booking', '', 'workflow tasks', 'history events', 'billable actions'],
      costRow('booking run', history.booking),
      costRow('order run', history.order),
    ]),
    '',
    `ten callers: ${many.perSecond.toFixed(1)} bookings/s, p50 ${many.p50Ms.toFixed(0)} ms, p95 ${many.p95Ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of CPU a booking`,
    `a step takes ${result.stepVsBareUpdate.toFixed(2)} times a bare update (aim: 1.50), ${result.stepVsBareUpdateWithActivity.toFixed(2)} times one with a local activity`,
    `guardrails for a draft of ${guardrails.items} items and a catalogue of ${guardrails.catalogueItems}: p50 ${guardrails.p50Ms.toFixed(2)} ms, p95 ${guardrails.p95Ms.toFixed(2)} ms (aim: 5)`,
  ].join('\n');
}

function timesRow(name: string, { calls, p50Ms, p95Ms }: BookingBenchmark['steps']): string[] {
  return [name, '', String(calls), p50Ms.toFixed(1), p95Ms.toFixed(1)];
}

function costRow(name: string, { events, billableActions, byType }: HistoryCost): string[] {
  return [name, '', String(byType.WORKFLOW_TASK_COMPLETED ?? 0), String(events), String(billableActions)];
}

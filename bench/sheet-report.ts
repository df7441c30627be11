import type { Measurement } from './measure';
import { machineLine, table } from './report';
import type { SheetBenchmark } from './sheet-benchmark';

/** The figures as a person reads them. */
export function sheetReport(result: SheetBenchmark): string {
  const { levels, sheet } = result;
  return [
    machineLine(result),
    '',
    table([
      ['callers', 'CreateOrder, the sheet', 'orders/s', 'p50 ms', 'p95 ms', 'p99 ms'],
      ...levels.flatMap(({ concurrency, without, up, down }) => [
        row(String(concurrency), 'none', without),
        row('', 'written', up),
        row('', 'refused by Google', down),
      ]),
    ]),
    '',
    `${sheet.rows} of ${sheet.orders} orders on the sheet, by ${sheet.writes} writes and ${sheet.reads} reads; complete ${(sheet.lagMs / 1_000).toFixed(1)} s after the last call`,
  ].join('\n');
}

function row(callers: string, name: string, { perSecond, p50Ms, p95Ms, p99Ms }: Measurement): string[] {
  return [callers, name, perSecond.toFixed(1), ...[p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1))];
}

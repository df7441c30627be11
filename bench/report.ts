import type { RunDescription } from './about-run';
import type { Measurement } from './measure';
import type { OrderBenchmark } from './order-benchmark';

const TEMPORAL = { file: 'SQLite on disk', memory: 'SQLite in memory' } as const;
const PROCESSES = ['worker', 'api', 'caller', 'temporal', 'postgres'] as const;

/** The figures as a person reads them. */
export function report(result: OrderBenchmark): string {
  const { levels, replay, history } = result;
  const rows = levels.flatMap(({ concurrency, floor, createOrder, ratio }) => [
    row(String(concurrency), 'bare workflow', floor, ''),
    row('', 'CreateOrder', createOrder, ratio.toFixed(2)),
    ...(concurrency === 1 && replay !== null ? [row('', 'replay', replay, '')] : []),
  ]);
  return [
    machineLine(result),
    '',
    table([
      ['callers', '', 'orders/s', 'vs bare', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms:', ...PROCESSES, 'all'],
      ...rows,
    ]),
    '',
    table([
      ['', 'history events', 'billable actions'],
      ['bare workflow', String(history.floor.events), String(history.floor.billableActions)],
      ['CreateOrder', String(history.createOrder.events), String(history.createOrder.billableActions)],
    ]),
    '',
    ...verdict(result),
  ].join('\n');
}

/** On what was measured. */
export function machineLine({ machine, temporalDatabase }: RunDescription): string {
  return `${machine.cpus} × ${machine.model}, Node ${machine.node}; Temporal: ${TEMPORAL[temporalDatabase]}; Postgres: fsync on`;
}

function row(callers: string, name: string, measurement: Measurement, ratio: string): string[] {
  const { perSecond, p50Ms, p95Ms, p99Ms, cpuSecondsPerOrder: cpu } = measurement;
  const measured = Object.values(cpu);
  const all = measured.length === 0 ? 'not measured' : cpuMs(measured.reduce((sum, seconds) => sum + seconds, 0));
  return [
    callers,
    name,
    perSecond.toFixed(1),
    ratio,
    ...[p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1)),
    '',
    ...PROCESSES.map((process) => cpuMs(cpu[process])),
    all,
  ];
}

function cpuMs(seconds: number | undefined): string {
  return seconds === undefined ? '–' : (seconds * 1_000).toFixed(1);
}

function verdict({ levels, createOrderVsFloor, p50AloneDeltaMs, replaySpeedup }: OrderBenchmark): string[] {
  const most = Math.max(...levels.map(({ concurrency }) => concurrency));
  const lines = [
    `throughput with ${most} callers: ${createOrderVsFloor.toFixed(2)} of the bare workflow's (aim: 0.90)`,
  ];
  if (p50AloneDeltaMs !== null)
    lines.push(`p50 alone: ${p50AloneDeltaMs.toFixed(1)} ms above the bare workflow's (aim: 5)`);
  if (replaySpeedup !== null) lines.push(`a replay is ${replaySpeedup.toFixed(1)} × as fast as a create (aim: 5)`);
  return lines;
}

/** Columns as wide as their widest cell; the first two are words, the others figures. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) =>
      cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

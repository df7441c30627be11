import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBookingBenchmark } from './booking-benchmark';
import { bookingReport } from './booking-report';
import { runOrderBenchmark } from './order-benchmark';
import { report } from './report';
import { benchSettings, RESULTS_FOLDER } from './settings';
import { runSheetBenchmark } from './sheet-benchmark';
import { sheetReport } from './sheet-report';

const USAGE = `npm run bench [-- orders | booking | sheets]

  orders    CreateOrder over gRPC beside the bare workflow (the default); some three minutes
  booking   whole bookings and their steps beside bare updates; some two minutes
  sheets    CreateOrder of a business without a sheet, with one, and with one that Google refuses; some two minutes

  BENCH_TEMPORAL_DB=memory      Temporal keeps its data in memory instead of on disk
  BENCH_CONCURRENCY=1,10,50     how many callers at once
  BENCH_PROFILE=1               CPU profiles of the services in bench/results/profiles
  TEMPORAL_ADDRESS=host:port    measure on this server; its CPU time is then not measured`;

async function main([name = 'orders', ...rest]: readonly string[]): Promise<void> {
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (benchmark === undefined || rest.length > 0) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));
  }
  const { result, text } = await benchmark({
    ...benchSettings(process.env),
    signal: interrupted.signal,
    onProgress: (line) => console.error(line),
  });
  const file = name === 'orders' ? 'latest.json' : `latest-${name}.json`;
  await mkdir(RESULTS_FOLDER, { recursive: true });
  await writeFile(join(RESULTS_FOLDER, file), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${text}\n\nwritten to bench/results/${file}`);
}

interface Options extends ReturnType<typeof benchSettings> {
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<{ result: unknown; text: string }>>> = {
  async orders(options) {
    const result = await runOrderBenchmark(options);
    return { result, text: report(result) };
  },
  async booking(options) {
    const result = await runBookingBenchmark(options);
    return { result, text: bookingReport(result) };
  },
  async sheets(options) {
    const result = await runSheetBenchmark(options);
    return { result, text: sheetReport(result) };
  },
};

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

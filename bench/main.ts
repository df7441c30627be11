import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrderBenchmark } from './order-benchmark';
import { report } from './report';
import { benchSettings, RESULTS_FOLDER } from './settings';

const USAGE = `npm run bench [-- orders]

  orders   CreateOrder over gRPC beside the bare workflow (the default); some three minutes

  BENCH_TEMPORAL_DB=memory      Temporal keeps its data in memory instead of on disk
  BENCH_CONCURRENCY=1,10,50     how many callers at once
  BENCH_PROFILE=1               CPU profiles of the services in bench/results/profiles
  TEMPORAL_ADDRESS=host:port    measure on this server; its CPU time is then not measured`;

async function main([name = 'orders', ...rest]: readonly string[]): Promise<void> {
  if (name !== 'orders' || rest.length > 0) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error(`stopped by ${signal}`)));
  }
  const result = await runOrderBenchmark({
    ...benchSettings(process.env),
    signal: interrupted.signal,
    onProgress: (line) => console.error(line),
  });
  await mkdir(RESULTS_FOLDER, { recursive: true });
  await writeFile(join(RESULTS_FOLDER, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${report(result)}\n\nwritten to bench/results/latest.json`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

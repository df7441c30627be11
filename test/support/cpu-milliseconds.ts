/**
 * The CPU time that this process spends on `run`: what a busy machine does meanwhile does not count. For what must not grow
 * with the square of its input; how fast a thing is belongs into `bench/`. The lesser of two runs: in one of them the collector may
 * go through all that the tests before it have left.
 */
export function cpuMilliseconds(run: () => unknown): number {
  return Math.min(once(run), once(run));
}

function once(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

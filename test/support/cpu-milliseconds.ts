/**
 * The CPU time that this process spends on `run`: what a busy machine does meanwhile does not count. For what must not grow
 * with the square of its input; how fast a thing is belongs into `bench/`.
 */
export function cpuMilliseconds(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

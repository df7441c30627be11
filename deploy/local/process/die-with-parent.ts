import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `watch <pid> <signal>` and `forget <pid>`. When its input ends, the parent is gone: everything still watched is
 * stopped, the newest first (services before the database they use), each with its own signal and, ten seconds later,
 * by force.
 */
const REAPER = `
watched=
while read -r verb pid signal; do
  case $verb in
    watch) watched="$pid:$signal $watched" ;;
    forget)
      kept=
      for entry in $watched; do [ "\${entry%%:*}" = "$pid" ] || kept="$kept $entry"; done
      watched=$kept ;;
  esac
done
for entry in $watched; do
  pid=\${entry%%:*}
  kill -s "\${entry##*:}" "$pid" 2>/dev/null || continue
  tries=0
  while [ $tries -lt 50 ] && kill -s 0 "$pid" 2>/dev/null; do sleep 0.2; tries=$((tries + 1)); done
  kill -s KILL -- "-$pid" 2>/dev/null
done
`;

let reaper: ChildProcess | undefined;

/**
 * Has `pid` (the leader of its own process group) stopped with `signal` when this process ends in a way that leaves it
 * no time to do so itself, such as `kill -9`. Without this an orphaned server would run on, holding ports and files,
 * until somebody looks for it.
 *
 * @returns a function that ends the watch: call it once the process has exited, since its pid may be used again
 */
export function dieWithParent(pid: number, signal: NodeJS.Signals): () => void {
  tell(`watch ${pid} ${signal.replace(/^SIG/, '')}`);
  return () => tell(`forget ${pid}`);
}

function tell(line: string): void {
  reaper ??= startReaper();
  reaper.stdin?.write(`${line}\n`);
}

function startReaper(): ChildProcess {
  // Detached: what kills our process group, Ctrl-C included, must not kill the one that cleans up after us.
  const child = spawn('/bin/sh', ['-c', REAPER], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // A reaper that is gone costs the safety net, not the stack.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

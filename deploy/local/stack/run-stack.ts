import { relative } from 'node:path';
import { stopRecordedChildren } from '../process/children-record';
import { tryLock } from '../process/lock-file';
import { elapsed } from '../progress';
import { readableLine } from '../services/readable-line';
import { StackError } from '../stack-error';
import type { CommandLine } from './command-line';
import { type DataFolder, dataFolder, forgetData, makeDataFolder } from './data-folder';
import { withoutOwnAddresses } from './dev-env';
import { createStack, type StackAddresses } from './stack';
import { readStackConfig } from './stack-config';
import { welcome } from './welcome';

/** npm passes on the terminal's Ctrl-C, so that one press arrives twice; only a later one means "at once". */
const SECOND_SIGNAL_AFTER_MS = 1_000;
const PARENT_LOOK_MS = 500;

/**
 * Runs the stack until a signal ends it.
 *
 * @returns the exit code
 * @throws StackError when it cannot start
 */
export async function runStack(options: CommandLine, print: (line: string) => void): Promise<number> {
  const startedAt = Date.now();
  const given = readStackConfig(process.env);
  const folder = dataFolder(given.dataDir);
  makeDataFolder(folder);
  const lock = tryLock(folder.lock);
  if (!lock.taken) {
    throw new StackError(
      `The stack is running already on ${shown(folder.path)} (process ${lock.heldBy}): stop it first, or give this one its own ORDER_BOOKING_DATA_DIR and ports.`,
    );
  }
  try {
    const orphans = await stopRecordedChildren(folder.children);
    if (orphans.length > 0) print(`Stopped what an earlier start left running: ${orphans.join(', ')}`);
    const config = readStackConfig(withoutOwnAddresses(process.env, folder.devEnv));
    if (options.reset) {
      forgetData(folder);
      print(`Forgot all data in ${shown(folder.path)}`);
    }
    const show = options.json ? (line: string) => line : readableLine;
    const stack = createStack(config, folder, (name, line) => print(`${name.padEnd(12)} ${show(line)}`));
    const asked = untilAsked(() => {
      stack.kill();
      process.exit(130);
    });
    try {
      const addresses = await Promise.race([stack.start(), asked]);
      if (typeof addresses === 'object') {
        print(ready(folder, addresses, Date.now() - startedAt));
        await asked;
      }
      print('Stopping …');
      return 0;
    } finally {
      await stack.stop();
    }
  } finally {
    lock.release();
  }
}

function ready(folder: DataFolder, addresses: StackAddresses, tookMs: number): string {
  return welcome({ addresses, took: elapsed(tookMs), devEnv: shown(folder.devEnv), folder: shown(folder.path) });
}

/** Resolves at the first signal that asks us to end; a second one calls `force`. */
function untilAsked(force: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (askedAt !== undefined && Date.now() - askedAt > SECOND_SIGNAL_AFTER_MS) force();
      askedAt ??= Date.now();
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
    // Whoever read our output is gone, as after `npm start | head`.
    process.stdout.on('error', () => onSignal('SIGHUP'));
    if (process.env.npm_lifecycle_event !== undefined) whenParentDies(() => onSignal('SIGHUP'));
  });
}

/**
 * Between npm and us stands a shell that passes no signal on: whoever stops `npm start` would otherwise leave the whole
 * stack behind. Only under npm, since with `nohup node … &` the parent may well go first.
 */
function whenParentDies(ask: () => void): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    ask();
  }, PARENT_LOOK_MS);
  look.unref();
}

/** As short as it can be typed from here. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

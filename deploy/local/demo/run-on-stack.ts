import { ConfigError } from '../../../platform/config';
import type { RunningProcess } from '../process/start-process';
import { StackError } from '../stack-error';
import type { DemoEnv } from './demo-env';
import { findStack, launchStack, STACK_STOP_GRACE_MS, untilReady } from './demo-stack';
import { createPaint, type Paint } from './paint';

const INTERRUPTED = 130;
/** npm passes the terminal's Ctrl-C on, so that one press arrives twice; only a later one means "at once". */
const SECOND_SIGNAL_AFTER_MS = 1_000;

/** A demo: what it does on a stack that is ready. Answers the exit code. */
export type Tell = (
  env: DemoEnv,
  options: { readonly print: (line: string) => void; readonly paint: Paint },
) => Promise<number>;

/**
 * Runs a demo on the running stack, or on one that it starts.
 *
 * A stack it started is stopped at the end; with `keep` it runs on in the foreground until Ctrl-C. One that was running
 * already is left alone. A second Ctrl-C ends the demo at once, and its stack with it.
 *
 * @returns the exit code: the demo's, or 1 when there is no stack to run it on.
 */
export async function runOnStack(options: { readonly keep: boolean }, tell: Tell): Promise<number> {
  const paint = createPaint(process.stdout, process.env);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);

  let own: RunningProcess | undefined;
  let echo = true;
  const interrupted = untilInterrupted(() => {
    own?.kill();
    process.exit(INTERRUPTED);
  });
  const onStackLine = (line: string): void => {
    if (echo) print(paint('dim', `  │ ${line}`));
  };

  const ready = async (): Promise<DemoEnv> => {
    const running = await findStack();
    if (running !== undefined) {
      print(`Using the stack that is running at ${running.apiUrl}.`);
      return running;
    }
    print('No stack is running: starting one, as npm start does.');
    const launchedAt = new Date();
    own = await launchStack(onStackLine);
    const env = await untilReady(own, launchedAt);
    echo = false;
    return env;
  };
  const demo = async (): Promise<number> => {
    return tell(await ready(), { print, paint });
  };

  try {
    const code = await Promise.race([demo(), interrupted]);
    if (code === INTERRUPTED || !options.keep || own === undefined) return code;
    print('');
    print(`--keep: the stack stays up (process ${own.pid}). Press Ctrl-C here to stop it; its data stays in .data/.`);
    echo = true;
    const end = await Promise.race([interrupted, own.exited]);
    if (end === INTERRUPTED) return code;
    print('The stack ended by itself.');
    return 1;
  } catch (error) {
    print(paint('red', describe(error)));
    return 1;
  } finally {
    if (own?.running()) {
      echo = false;
      print('Stopping the stack …');
      await own.stop(STACK_STOP_GRACE_MS);
    }
  }
}

/** Resolves at the first signal that asks us to end; a second one calls `force`. */
function untilInterrupted(force: () => void): Promise<typeof INTERRUPTED> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = (): void => {
      if (askedAt !== undefined && Date.now() - askedAt > SECOND_SIGNAL_AFTER_MS) force();
      askedAt ??= Date.now();
      resolve(INTERRUPTED);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    // Whoever read our output is gone, as after `npm run demo | head`.
    process.stdout.on('error', ask);
  });
}

function describe(error: unknown): string {
  // These say all there is to say; anything else is a defect of ours and shows where it is.
  if (error instanceof StackError || error instanceof ConfigError) return error.message;
  return `The demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

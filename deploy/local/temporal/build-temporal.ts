import { execFile, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type OnProgress, withProgress } from '../progress';
import { StackError } from '../stack-error';
import { temporalModuleFolder } from './cache-folder';

const HOW_TO_GO_ON =
  'install Go 1.26 or newer, or set TEMPORAL_CLI=<path of the temporal binary> or TEMPORAL_ADDRESS=<host:port>';

/** Linking the largest package takes minutes on a small machine; no line for longer means that a download hangs. */
const SILENT_MS = 10 * 60_000;

/**
 * Builds the Temporal CLI that deploy/local/temporal/go.mod pins and puts it at `target`, which is whole or absent at
 * any time.
 *
 * @throws StackError when Go is missing or too old, or the build fails, with what to do
 */
export async function buildTemporal(options: {
  readonly version: string;
  readonly folder: string;
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
}): Promise<void> {
  await requireGo(options.env);
  mkdirSync(options.folder, { recursive: true });
  const partial = join(options.folder, `build-${process.pid}`);
  const counts = { downloaded: 0, compiled: 0 };
  try {
    await withProgress(
      `Building Temporal ${options.version} with Go, once on this machine (about 6 minutes on 2 cores)`,
      options.onProgress,
      () => goBuild(partial, options.env, counts),
      () => `, ${counts.downloaded} modules downloaded, ${counts.compiled} packages compiled`,
    );
    renameSync(partial, options.target);
  } finally {
    rmSync(partial, { force: true });
  }
}

async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  let version: string;
  try {
    // Outside any module: with GOTOOLCHAIN=auto the answer inside ours would be the toolchain that it downloads.
    version = (await promisify(execFile)('go', ['env', 'GOVERSION'], { env, cwd: '/' })).stdout.trim();
  } catch {
    throw new StackError(`No Temporal server was found, and Go is not there to build one: ${HOW_TO_GO_ON}.`);
  }
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);
  // From 1.21 on, Go fetches the toolchain that go.mod asks for by itself.
  if (minor < 21) throw new StackError(`${version} is too old to build the Temporal server: ${HOW_TO_GO_ON}.`);
}

function goBuild(
  output: string,
  env: NodeJS.ProcessEnv,
  counts: { downloaded: number; compiled: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'go',
      ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', output, 'github.com/temporalio/cli/cmd/temporal'],
      {
        cwd: temporalModuleFolder(),
        // No C compiler is needed, nothing in go.mod may change, and a go.work further up is none of our business.
        env: {
          ...env,
          CGO_ENABLED: '0',
          GOFLAGS: '-mod=readonly',
          GOWORK: 'off',
          GOTOOLCHAIN: env.GOTOOLCHAIN || 'auto',
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    // Ours to end: the reader of its output is gone when this process ends early. Go cleans up after an interrupt.
    const interrupt = (): void => void child.kill('SIGINT');
    process.once('exit', interrupt);
    let lastLine = '';
    let silent: NodeJS.Timeout | undefined;
    const restartTimer = (): void => {
      clearTimeout(silent);
      silent = setTimeout(() => child.kill('SIGKILL'), SILENT_MS);
    };
    restartTimer();
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      restartTimer();
      if (line.startsWith('go: downloading ')) counts.downloaded += 1;
      // With -v each package is named alone on its line when it is done; anything with a space is a message.
      else if (!/\s/.test(line)) counts.compiled += 1;
      else lastLine = line;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(silent);
      process.off('exit', interrupt);
      if (code === 0) resolve();
      else reject(new StackError(`Building Temporal with Go failed (${lastLine || `exit ${code}`}): ${HOW_TO_GO_ON}.`));
    });
  });
}

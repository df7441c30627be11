import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A cold start of a binary this big from a slow disk takes seconds; one that hangs is not a Temporal CLI. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * What a Temporal CLI says of itself, such as `temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)`; undefined when the
 * file is missing, does not run on this machine or is some other program.
 */
export async function temporalVersion(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: ANSWER_WITHIN_MS });
    const line = stdout.trim();
    return /^temporal version \S+ \(Server /.test(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Replaces a file that only its owner may read. A reader sees the old content or the new, never a part. */
export function writePrivateFile(path: string, content: string): void {
  const aside = `${path}.${process.pid}`;
  rmSync(aside, { force: true });
  writeFileSync(aside, content, { mode: 0o600 });
  renameSync(aside, path);
}

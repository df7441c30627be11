import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeptBundle {
  /** Of the compiled code; the bundle is written here. */
  readonly dist: string;
  /** The bundle's file name without `.js`. */
  readonly name: string;
  /** Folders of `dist` whose modules go into the bundle or make it. */
  readonly inputs: readonly string[];
  readonly bundle: () => Promise<string>;
}

/**
 * The second half of `npm run build`: writes a workflow bundle beside the compiled code. Bundling takes seconds, so
 * it is skipped while nothing that goes into a bundle has changed since the last one.
 */
export async function keepBundle({ dist, name, inputs, bundle }: KeptBundle): Promise<void> {
  const file = join(dist, `${name}.js`);
  const stampFile = join(dist, `${name}.sha256`);
  const stamp = await inputsHash(dist, inputs);
  if (existsSync(file) && existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
  // Written aside and renamed: a worker that starts meanwhile reads the old bundle or the new one, never half of one.
  await writeFile(`${file}.tmp`, await bundle());
  await rename(`${file}.tmp`, file);
  await writeFile(stampFile, stamp);
}

async function inputsHash(dist: string, folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const file of (await readdir(join(dist, folder))).filter((name) => name.endsWith('.js')).sort()) {
      hash.update(file).update(await readFile(join(dist, folder, file)));
    }
  }
  return hash.update(await readFile(join(dist, '..', 'package-lock.json'))).digest('hex');
}

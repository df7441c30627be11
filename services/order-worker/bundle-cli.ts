import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DIST = join(__dirname, '..', '..');
const BUNDLE = join(DIST, 'workflow-bundle.js');
const STAMP = join(DIST, 'workflow-bundle.sha256');

/**
 * The second half of `npm run build`: writes the workflow bundle beside the compiled code. Bundling takes seconds, so
 * it is skipped while nothing that goes into a bundle has changed since the last one.
 */
async function main(): Promise<void> {
  const stamp = await inputsHash();
  if (existsSync(BUNDLE) && existsSync(STAMP) && (await readFile(STAMP, 'utf8')) === stamp) return;
  const { bundleWorkflows } = await import('./bundle-workflows.js');
  // Written aside and renamed: a worker that starts meanwhile reads the old bundle or the new one, never half of one.
  await writeFile(`${BUNDLE}.tmp`, await bundleWorkflows());
  await rename(`${BUNDLE}.tmp`, BUNDLE);
  await writeFile(STAMP, stamp);
}

async function inputsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['workflows', 'domain', 'domain/booking', 'platform', 'services/order-worker']) {
    for (const file of (await readdir(join(DIST, folder))).filter((name) => name.endsWith('.js')).sort()) {
      hash.update(file).update(await readFile(join(DIST, folder, file)));
    }
  }
  return hash.update(await readFile(join(DIST, '..', 'package-lock.json'))).digest('hex');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Generates anew into a folder of its own and compares: `gen/` is committed, and nobody edits it. */
const folder = mkdtempSync(join(tmpdir(), 'gen-'));
try {
  const { status } = spawnSync('buf', ['generate', '--output', folder], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  const [fresh, committed] = [files(join(folder, 'gen')), files('gen')];
  const changed = [...new Set([...fresh.keys(), ...committed.keys()])].filter(
    (name) => fresh.get(name) !== committed.get(name),
  );
  if (changed.length > 0) {
    console.error(`gen/ differs from what buf generates; run "npm run gen":\n  ${changed.join('\n  ')}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function files(root) {
  return new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]),
  );
}

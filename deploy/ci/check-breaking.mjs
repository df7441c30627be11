import { spawnSync } from 'node:child_process';

/** Compares proto/ with the last release (git tag). Before the first one there is nobody to break. */
const { status, stdout } = spawnSync('git', ['describe', '--tags', '--abbrev=0', '--match', 'v*'], {
  encoding: 'utf8',
});
if (status !== 0) {
  console.log('no release yet: nothing to compare with');
} else {
  const run = spawnSync('buf', ['breaking', 'proto', '--against', `.git#tag=${stdout.trim()},subdir=proto`], {
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 1;
}

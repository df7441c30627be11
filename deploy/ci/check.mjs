import { spawnSync } from 'node:child_process';

/**
 * `npm run check`: everything that must hold before a change lands, cheapest first. Stops at the first that does not.
 * `--no-tests` leaves Jest out.
 */
const steps = [
  ['proto is well formed', 'buf', ['lint']],
  ['proto is formatted', 'buf', ['format', 'proto', '--diff', '--exit-code']],
  ['gen/ is what buf generates', 'node', ['deploy/ci/check-generated.mjs']],
  ['the API breaks nobody', 'node', ['deploy/ci/check-breaking.mjs']],
  ['Biome', 'biome', ['check', '.']],
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['persistence/schema.sql is what the migrations make', 'node', ['dist/deploy/local/dump-schema.js', '--check']],
  ['tests', 'jest', []],
].filter(([name]) => name !== 'tests' || !process.argv.includes('--no-tests'));

for (const [name, command, args] of steps) {
  const started = Date.now();
  console.log(`\n▸ ${name}`);
  // Run by npm, so node_modules/.bin is on PATH.
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error !== undefined || status !== 0) {
    console.error(`✗ ${name}${error === undefined ? '' : `: ${error.message}`}`);
    process.exit(1);
  }
  console.log(`✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

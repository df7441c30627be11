import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/**
 * `npm run check:guardrails`: takes the guardrails away, one at a time, and requires that a test notices. Each mutation of
 * `guardrail-mutations.json` is made in a copy of the sources, in which its tests are then run; before that, in a copy as
 * it is, where all of them have to pass. `node deploy/ci/check-guardrails.mjs live_confirmation …` checks only these.
 */
const AT_ONCE = 2;
/** A run that takes longer hangs; that is no test which noticed. */
const RUN_WITHIN_MS = 120_000;
const COPIED = [
  'client',
  'deploy',
  'dist',
  'domain',
  'examples',
  'gen',
  'persistence',
  'platform',
  'services',
  'test',
  'workflows',
];
const FILES = ['jest.config.cjs', 'package.json', 'tsconfig.json'];

const root = join(import.meta.dirname, '..', '..');
const asked = process.argv.slice(2);
const mutations = JSON.parse(readFileSync(join(root, 'deploy/ci/guardrail-mutations.json'), 'utf8')).filter(
  ({ guardrail }) => asked.length === 0 || asked.includes(guardrail),
);
if (mutations.length === 0) fail(`no mutation of ${asked.join(', ')}`);
if (!existsSync(join(root, 'dist'))) fail('build first: npm run build');

const started = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'guardrails-'));
// Also when it fails or is interrupted on the way.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

for (const mutation of mutations) mutated(mutation);
const copies = Array.from({ length: AT_ONCE }, (_, number) => copyTo(join(folder, String(number))));
const asItIs = await passesAsItIs(copies);
const sound = asItIs.every(({ problem }) => problem === undefined);
const results = sound ? await runAll(mutations.map(toTask), copies) : asItIs;
report(results);
if (!sound || results.some(({ problem }) => problem !== undefined)) process.exitCode = 1;

/** The text of a mutation's file without its guardrail. */
function mutated({ guardrail, file, find, replace }) {
  const text = readFileSync(join(root, file), 'utf8');
  const [before, after, ...more] = text.split(find);
  if (after === undefined) fail(`${guardrail}: ${file} no longer holds ${JSON.stringify(find)}`);
  if (more.length > 0) fail(`${guardrail}: ${file} holds more than once ${JSON.stringify(find)}`);
  return before + replace + after;
}

function copyTo(copy) {
  for (const name of [...COPIED, ...FILES]) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  // Most tests need neither Postgres nor Temporal, whose start takes longer than they do.
  const config =
    "module.exports = { ...require('./jest.config.cjs'), globalSetup: undefined, globalTeardown: undefined };\n";
  writeFileSync(join(copy, 'jest.domain.config.cjs'), config);
  return copy;
}

/** All the tests, with nothing taken away: one that fails anyway would notice nothing. */
function passesAsItIs(copies) {
  const tests = (database) => [
    ...new Set(mutations.filter((one) => (one.database === true) === database).flatMap((one) => one.tests)),
  ];
  const tasks = [false, true]
    .filter((database) => tests(database).length > 0)
    .map((database) => ({
      name: '(nothing)',
      without: database ? 'in the database' : 'in the domain and the API',
      tests: tests(database),
      database,
      judge: ({ failed, crashed }) => (failed.length + crashed.length === 0 ? undefined : 'FAILS AS IT IS'),
    }));
  return runAll(tasks, copies);
}

function toTask(mutation) {
  return {
    ...mutation,
    name: mutation.guardrail,
    change: mutated(mutation),
    judge: ({ failed }) => (failed.length > 0 ? undefined : 'NOTICED BY NO TEST'),
  };
}

async function runAll(tasks, copies) {
  const waiting = tasks.map((task, place) => ({ ...task, place }));
  const results = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        const outcome = await runIn(copy, task);
        const result = { ...task, ...outcome, problem: task.judge(outcome) };
        console.error(`${result.problem === undefined ? '✓' : '✗'} ${task.name}, without ${task.without}`);
        results.push(result);
      }
    }),
  );
  return results.sort((a, b) => a.place - b.place);
}

async function runIn(copy, { file, change, tests, database }) {
  if (file !== undefined) writeFileSync(join(copy, file), change);
  try {
    return await runJest(copy, tests, database === true);
  } finally {
    if (file !== undefined) cpSync(join(root, file), join(copy, file));
  }
}

async function runJest(copy, tests, database) {
  const output = join(copy, 'jest-results.json');
  rmSync(output, { force: true });
  const config = database ? 'jest.config.cjs' : 'jest.domain.config.cjs';
  const jest = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [jest, '--ci', '-c', config, '--json', '--outputFile', output, '--maxWorkers', '1', ...tests];
  const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk) => {
    told = (told + chunk).slice(-20_000);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), RUN_WITHIN_MS);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  if (!existsSync(output)) fail(`jest told nothing of ${tests.join(' ')}:\n${told}`);
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'));
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => ({ file: relative(copy, name), test: fullName })),
  );
  // A file that cannot even be loaded: after a mutation, the mutation is broken, and no guard was tested.
  const crashed = testResults
    .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
    .map(({ name, message }) => ({ file: relative(copy, name), test: String(message).slice(0, 500) }));
  return { failed, crashed };
}

function report(results) {
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  for (const { name, without, failed, crashed, problem } of results) {
    console.log(`\n${name.padEnd(22)} without ${without}`);
    if (problem !== undefined) console.log(`  ${problem}`);
    for (const { file, test } of crashed) console.log(`  did not run: ${file}: ${test}`);
    for (const file of new Set(failed.map((one) => one.file))) {
      const those = failed.filter((one) => one.file === file);
      const more = those.length > 1 ? ` and ${those.length - 1} more` : '';
      console.log(`  caught by ${file}: ${those[0].test}${more}`);
    }
  }
  const missed = results.filter(({ problem }) => problem !== undefined).length;
  const guardrails = new Set(mutations.map(({ guardrail }) => guardrail)).size;
  console.log(`\n${guardrails} guardrails, ${mutations.length} mutations, ${missed} missed, ${seconds} s`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const { mkdtemp, mkdir, writeFile } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/**
 * One Postgres and one Temporal for the whole run, from the compiled code (`npm test` builds first). Every test file
 * gets its own database, cloned from the migrated template, and its own task queue.
 */
module.exports = async () => {
  const { findTemporal } = require('../../dist/deploy/local/temporal/find-temporal.js');
  const { startTemporal } = require('../../dist/deploy/local/temporal/start-temporal.js');
  const { prepareTemporal } = require('../../dist/deploy/local/temporal/prepare-temporal.js');
  const { startPostgres } = require('../../dist/deploy/local/postgres/start-postgres.js');
  const { prepareTemplate } = require('./template-database.cjs');
  const { SEARCH_ATTRIBUTES } = require('../../dist/workflows/contract.js');

  const folder = await mkdtemp(join(tmpdir(), 'order-booking-test-'));
  await mkdir(join(folder, 'logs'));
  const started = [];
  globalThis.__TEST_STACK__ = { folder, started };
  const progress = (line) => process.stderr.write(`${line}\n`);

  const [postgres, temporal] = await Promise.all([
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port: 0,
      persistent: false,
      fsync: false,
      maxConnections: 400,
    }).then(keep),
    findTemporal({ env: process.env, onProgress: progress }).then(temporalAt).then(keep),
    unpackBrowser(),
  ]);
  const template = await prepareTemplate(postgres.url);
  const stack = { folder, postgresUrl: postgres.url, temporalAddress: temporal.address, ...template };
  process.env.ORDER_BOOKING_TEST_STACK = JSON.stringify(stack);
  await writeFile(join(folder, 'stack.json'), JSON.stringify(stack));

  async function temporalAt(found) {
    const searchAttributes = Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map(({ name }) => [name, 'Keyword']));
    if (found.kind === 'binary') {
      const logFile = join(folder, 'logs', 'temporal.log');
      return startTemporal({ binary: found.path, ports: { grpc: 0 }, logFile, searchAttributes });
    }
    await prepareTemporal({ address: found.address, namespace: 'default', searchAttributes, withinMs: 30_000 });
    return { address: found.address, stop: async () => {} };
  }

  function keep(server) {
    started.push(server);
    return server;
  }
};

/**
 * The package unpacks its Chromium at the first use and takes whatever file is there for it: two test files that begin at once
 * would have the second one start half a browser. Where it cannot be unpacked, the browser tests say so themselves.
 */
async function unpackBrowser() {
  if (process.env.CHROMIUM_PATH) return;
  const chromium = require('@sparticuz/chromium');
  await (chromium.default ?? chromium).executablePath().catch(() => undefined);
}

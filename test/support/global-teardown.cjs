const { readFile, readdir, rm } = require('node:fs/promises');
const { join } = require('node:path');
const { CANARY } = require('./canary.cjs');

/** Stops the servers, and fails the run if any service wrote a customer's name, phone or words into its log. */
module.exports = async () => {
  const { folder, started } = globalThis.__TEST_STACK__;
  for (const server of started.reverse()) await server.stop();
  const logs = join(folder, 'logs');
  let lines = 0;
  for (const name of await readdir(logs)) {
    const text = await readFile(join(logs, name), 'utf8');
    lines += text.split('\n').length;
    for (const canary of Object.values(CANARY)) {
      if (text.includes(canary)) throw new Error(`customer data in a log: ${join(logs, name)} holds "${canary}"`);
    }
  }
  if (process.env.KEEP_TEST_LOGS) process.stderr.write(`${lines} log lines kept in ${logs}\n`);
  else await rm(folder, { recursive: true, force: true });
};

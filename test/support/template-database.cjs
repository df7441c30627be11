const { randomBytes } = require('node:crypto');
const { Client } = require('pg');

/** A migrated database that the test files clone, and the service role with a password. */
module.exports.prepareTemplate = async (url) => {
  const { migrate } = require('../../dist/persistence/migrate.js');
  const template = 'template_orders';
  const password = randomBytes(16).toString('hex');
  await run(url, [`CREATE DATABASE ${template}`]);
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  await migrate({ url: templateUrl.href });
  await run(url, [`ALTER ROLE orderbooking_service LOGIN PASSWORD '${password}'`]);
  return { template, servicePassword: password };
};

async function run(url, statements) {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

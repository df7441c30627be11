import { Client } from 'pg';
import { migrate } from '../../../persistence/migrate';
import { seedTenant, type TenantSeed } from '../../../persistence/tenants/seed-tenant';
import { StackError } from '../stack-error';

/** The role that the migrations make for the services. */
const SERVICE_ROLE = 'orderbooking_service';

/** An embedded server answers at once; one across the network that takes longer is not reachable. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Migrates the database, lets the services' role log in with `servicePassword` and makes the tenants that are missing.
 *
 * @returns the services' URL of the same database, and the names of the migrations that were applied
 * @throws StackError when the database cannot be reached or prepared as the owner that `ownerUrl` names
 */
export async function prepareDatabase(options: {
  readonly ownerUrl: string;
  readonly servicePassword: string;
  readonly tenants: readonly TenantSeed[];
}): Promise<{ readonly ownerUrl: string; readonly serviceUrl: string; readonly applied: readonly string[] }> {
  const client = new Client({ connectionString: options.ownerUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {});
  try {
    // First, so that a database that is not there is told from a migration that fails.
    await client.connect();
    const applied = await migrate({ url: options.ownerUrl });
    const password = client.escapeLiteral(options.servicePassword);
    await client.query(`ALTER ROLE ${SERVICE_ROLE} LOGIN PASSWORD ${password}`);
    for (const tenant of options.tenants) {
      await client.query('BEGIN');
      await seedTenant(client, tenant);
      await client.query('COMMIT');
    }
    return { ownerUrl: options.ownerUrl, serviceUrl: serviceUrl(options.ownerUrl, options.servicePassword), applied };
  } catch (error) {
    const { host, pathname } = new URL(options.ownerUrl);
    throw new StackError(
      `The database ${host}${pathname} cannot be prepared (${(error as Error).message}): correct or unset DATABASE_URL, or forget all data with npm start -- --reset`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

function serviceUrl(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = SERVICE_ROLE;
  url.password = password;
  return url.href;
}

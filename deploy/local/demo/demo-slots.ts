import { Client } from 'pg';
import { seedTenant } from '../../../persistence/tenants/seed-tenant';
import type { DemoEnv } from './demo-env';
import { type DemoRun, idInRun } from './demo-run';
import type { DemoTenant } from './example';

/** The fulfilment slots that the file's orders ask for. */
export const DEMO_SLOTS: readonly {
  readonly tenant: DemoTenant;
  readonly id: string;
  readonly places: number;
  /** 0 is Sunday; UTC. */
  readonly weekday: number;
  readonly hour: number;
}[] = [
  { tenant: 'demo', id: 'sat-0900', places: 2, weekday: 6, hour: 9 },
  { tenant: 'demo2', id: 'fri-1900', places: 1, weekday: 5, hour: 19 },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Opens the slots for this run, empty. A business opens its slots in its own system; the API has no method for it, so
 * the demo writes them as the database's owner.
 */
export async function openDemoSlots(env: DemoEnv, run: DemoRun, now: Date): Promise<void> {
  const client = new Client({ connectionString: env.databaseOwnerUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const { tenant, id, places, weekday, hour } of DEMO_SLOTS) {
      const startsAt = nextTime(now, weekday, hour);
      await seedTenant(client, {
        userId: env.tenants[tenant].userId,
        name: tenant,
        keys: [],
        slots: [{ id: idInRun(id, run), startsAt, endsAt: new Date(startsAt.getTime() + HOUR_MS), capacity: places }],
      });
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** The next such hour that is at least a day away, so that no slot is over before the run is. */
function nextTime(now: Date, weekday: number, hour: number): Date {
  const day = new Date(now.getTime() + DAY_MS);
  const days = (weekday - day.getUTCDay() + 7) % 7;
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + days, hour));
}

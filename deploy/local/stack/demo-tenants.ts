import type { TenantSeed } from '../../../persistence/tenants/seed-tenant';
import type { DemoKeys, Secrets } from './secrets';

/** A demo tenant, and the prefix of its variables in dev.env. */
export interface DemoTenantSeed extends TenantSeed {
  readonly prefix: 'DEMO' | 'DEMO2';
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SLOT_DAYS = 3;
const SLOT_HOURS_UTC = [8, 12, 17];
const SLOT_CAPACITY = 20;

/**
 * The two tenants of the local stack, with slots on each of the three days after `now`, and with `sheets` a spreadsheet each in
 * the stand-in.
 */
export function demoTenants(
  secrets: Secrets,
  now: Date,
  options: { readonly sheets: boolean },
): readonly DemoTenantSeed[] {
  const slots = slotsAfter(now);
  return [
    tenant('DEMO', 'bakery-demo', 'Demo bakery', secrets.demo),
    tenant('DEMO2', 'pizzeria-demo', 'Demo pizzeria', secrets.demo2),
  ];

  function tenant(prefix: 'DEMO' | 'DEMO2', userId: string, name: string, keys: DemoKeys): DemoTenantSeed {
    return {
      prefix,
      userId,
      name,
      orderBookingEnabled: true,
      slots,
      ...(options.sheets ? { sheet: { spreadsheetId: `${userId}-orders` } } : {}),
      keys: [
        { key: keys.api, name: 'demo api', scopes: ['orders:read', 'orders:write'] },
        { key: keys.ai, name: 'demo ai', scopes: ['ai:book'] },
        { key: keys.admin, name: 'demo admin', scopes: ['admin'] },
      ],
    };
  }
}

/** Named by their time, such as `2026-11-25T08`, so that a restart on the same day finds them instead of adding more. */
function slotsAfter(now: Date): NonNullable<TenantSeed['slots']> {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const days = Array.from({ length: SLOT_DAYS }, (_, index) => today + (index + 1) * DAY_MS);
  return days.flatMap((day) =>
    SLOT_HOURS_UTC.map((hour) => {
      const startsAt = new Date(day + hour * HOUR_MS);
      const endsAt = new Date(startsAt.getTime() + HOUR_MS);
      return { id: startsAt.toISOString().slice(0, 13), startsAt, endsAt, capacity: SLOT_CAPACITY };
    }),
  );
}

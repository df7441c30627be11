import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Scope } from '../../domain/access';

export interface TenantSeed {
  readonly userId: string;
  readonly name: string;
  readonly keys: readonly { readonly key: string; readonly name: string; readonly scopes: readonly Scope[] }[];
  readonly slots?: readonly {
    readonly id: string;
    readonly startsAt: Date;
    readonly endsAt: Date;
    readonly capacity: number;
  }[];
  /** Whether the AI booking door is open; untouched when the tenant has set its capabilities itself. */
  readonly orderBookingEnabled?: boolean;
}

/**
 * Makes a tenant with its API keys and slots, or leaves what is there as it is: run twice, it changes nothing.
 * Needs the database's owner; the service role may not make tenants or keys. The caller owns the transaction.
 */
export async function seedTenant(client: ClientBase, seed: TenantSeed): Promise<void> {
  await client.query("SELECT set_config('app.tenant', $1, false)", [seed.userId]);
  await client.query('INSERT INTO tenants (user_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    seed.userId,
    seed.name,
  ]);
  await client.query(
    'INSERT INTO ai_capabilities (user_id, order_booking_enabled) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [seed.userId, seed.orderBookingEnabled ?? false],
  );
  for (const { key, name, scopes } of seed.keys) {
    await client.query(
      'INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [seed.userId, name, key.split('_').slice(0, 2).join('_'), createHash('sha256').update(key).digest(), scopes],
    );
  }
  for (const slot of seed.slots ?? []) {
    await client.query(
      'INSERT INTO fulfilment_slots (user_id, id, starts_at, ends_at, capacity) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [seed.userId, slot.id, slot.startsAt, slot.endsAt, slot.capacity],
    );
  }
  await client.query("SELECT set_config('app.tenant', '', false)");
}

import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Scope } from '../../domain/access';
import type { CatalogueItem } from '../../domain/booking/catalogue';
import { type BookingSettings, DEFAULT_BOOKING_SETTINGS } from '../../domain/booking/settings';
import { catalogueColumn } from '../catalogue/catalogue-row';

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
  /** How bookings go; what is absent is the default. Untouched, as `orderBookingEnabled`, when it was set before. */
  readonly booking?: Partial<Omit<BookingSettings, 'orderBookingEnabled'>>;
  /** The spreadsheet its orders are written to; none otherwise. Untouched, as `orderBookingEnabled`, when it was set before. */
  readonly sheet?: { readonly spreadsheetId: string };
  /** What the tenant sells; untouched when there is a catalogue. */
  readonly catalogue?: readonly CatalogueItem[];
}

/**
 * Makes a tenant with its API keys, slots and catalogue, or leaves what is there as it is: run twice, it changes nothing.
 * Needs the database's owner; the service role may not make tenants or keys. The caller owns the transaction.
 */
export async function seedTenant(client: ClientBase, seed: TenantSeed): Promise<void> {
  await client.query("SELECT set_config('app.tenant', $1, false)", [seed.userId]);
  await client.query('INSERT INTO tenants (user_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    seed.userId,
    seed.name,
  ]);
  const settings = { ...DEFAULT_BOOKING_SETTINGS, ...seed.booking };
  await client.query(
    `INSERT INTO ai_capabilities (user_id, order_booking_enabled, booking_locale, booking_idle_expiry_seconds,
       confirmation_expiry_seconds, confirmation_phrases, sheets_sync_enabled, sheets_spreadsheet_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7::text IS NOT NULL, $7) ON CONFLICT DO NOTHING`,
    [
      seed.userId,
      seed.orderBookingEnabled ?? false,
      settings.bookingLocale,
      settings.bookingIdleExpirySeconds,
      settings.confirmationExpirySeconds,
      settings.confirmationPhrases,
      seed.sheet?.spreadsheetId ?? null,
    ],
  );
  if (seed.catalogue !== undefined) {
    await client.query('INSERT INTO catalogues (user_id, items) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      seed.userId,
      catalogueColumn(seed.catalogue),
    ]);
  }
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

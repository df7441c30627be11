import type { CatalogueWire } from '../../../../domain/booking/wire';
import { catalogueAnswerSchema } from '../../../../domain/schemas/booking-wire';
import { capabilitiesAnswerSchema } from '../../../../domain/schemas/wire';
import type { CapabilitiesWire } from '../../../../domain/wire';
import type { Call } from '../order-door';
import { checked } from '../rest-door';
import { getJson } from './get-json';

/** What somebody has set that the conversations do not reckon with; undefined when they can be held. */
export async function unfitTenant(apiUrl: string, call: Call): Promise<string | undefined> {
  const { capabilities } = checked(capabilitiesAnswerSchema, await getJson(`${apiUrl}/api/capabilities`, call)).data;
  const { catalogue } = checked(catalogueAnswerSchema, await getJson(`${apiUrl}/api/catalogue`, call)).data;
  return unfit(capabilities, catalogue);
}

export function unfit(
  { user_id: userId, order_booking_enabled: enabled }: Pick<CapabilitiesWire, 'user_id' | 'order_booking_enabled'>,
  { items }: Pick<CatalogueWire, 'items'>,
): string | undefined {
  if (!enabled) {
    return `${userId} has switched AI booking off. Switch it on: PUT /api/capabilities {"order_booking_enabled":true}`;
  }
  if (items.length > 0) {
    return `${userId} keeps a catalogue, and the conversations are about other things. Empty it: PUT /api/catalogue {"items":[]}`;
  }
  return undefined;
}

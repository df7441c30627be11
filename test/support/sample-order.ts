import { randomUUID } from 'node:crypto';
import type { OrderContent } from '../../domain/order';
import { CANARY } from './canary';

/** An order like no other before it (its item is unique), of the canary customer. */
export function sampleContent(content: Partial<OrderContent> = {}): OrderContent {
  return {
    customerName: CANARY.name,
    customerPhone: CANARY.phone,
    items: [{ name: `${CANARY.item} ${randomUUID()}`, quantity: 2 }],
    source: 'api',
    notes: CANARY.notes,
    slotId: null,
    ...content,
  };
}

/** The same as a caller sends it over REST. */
export function sampleBody(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { customerName, customerPhone, items, notes } = sampleContent();
  return { customer_name: customerName, customer_phone: `+${customerPhone}`, items, notes, ...fields };
}

/**
 * The rules that stand between an agent and an order, by the names that callers, records and metrics know them by. What
 * each promises is in docs/guardrails.md.
 */
export const GUARDRAILS = [
  /** The tenant's switch: asked at the start and again when the order is made. */
  'capability',
  /** The booking is open: not ordered, abandoned or expired. */
  'booking_open',
  /** The steps come in their order. */
  'step_order',
  /** An item is named by words of the customer. */
  'item_grounding',
  /** A quantity is a number that the customer said, of that item. */
  'quantity_grounding',
  /** Where the tenant keeps a catalogue, an item is in it. */
  'catalogue',
  /** Name and phone number are the customer's own words. */
  'customer_grounding',
  /** No markup where a plain text belongs. */
  'plain_text',
  /** A booking holds no more items than an order. */
  'draft_limit',
  /** Everything that an order needs is there before the summary. */
  'required_fields',
  /** The reply is a yes and nothing else. */
  'explicit_confirmation',
  /** The yes answers the summary that was shown last, of what the draft holds now. */
  'current_summary',
  /** The key was issued by this system for this tenant, after a yes. */
  'confirmation_key',
  /** The order is, field by field, what was confirmed. */
  'confirmed_content',
  /** The yes is recent, and nothing was changed after it. */
  'live_confirmation',
] as const;
export type Guardrail = (typeof GUARDRAILS)[number];

import { totalQuantity } from '../order';
import type { BookingAction, BookingState, BookingStep, BookingView } from './booking';

interface Place {
  readonly step: BookingStep;
  readonly nextStep: BookingStep | null;
  readonly missing: readonly string[];
}

/**
 * Where a booking stands: computed from what holds now, so that an edit takes it back to the step that it undid.
 * A confirmation that has expired by `now` (ISO 8601) no longer holds, nor does the summary it answered.
 */
export function placeOf(state: BookingState, now: string): Place {
  switch (state.status) {
    case 'ordered':
      return { step: 'create_order', nextStep: null, missing: [] };
    case 'abandoned':
    case 'expired':
      return { step: state.status, nextStep: null, missing: [] };
    case 'open':
      break;
  }
  const details = state.customer === null ? ['customer_name', 'customer_phone'] : [];
  const expired = state.confirmation !== null && isExpired(state.confirmation.expiresAt, now);
  if (state.items.length === 0) return { step: 'start', nextStep: 'collect_items', missing: ['items', ...details] };
  if (!state.itemsConfirmed) {
    return { step: 'collect_items', nextStep: 'confirm_items', missing: ['items_confirmation', ...details] };
  }
  if (state.customer === null) return { step: 'confirm_items', nextStep: 'collect_details', missing: details };
  if (state.summary === null || expired) {
    return { step: 'collect_details', nextStep: 'show_summary', missing: ['summary', 'confirmation'] };
  }
  if (state.confirmation === null) {
    return { step: 'show_summary', nextStep: 'final_confirmation', missing: ['confirmation'] };
  }
  return { step: 'final_confirmation', nextStep: 'create_order', missing: [] };
}

/** What may be asked of the booking now. */
export function allowedActions(state: BookingState, now: string): readonly BookingAction[] {
  if (state.status !== 'open') return [];
  const { nextStep } = placeOf(state, now);
  const actions: BookingAction[] = ['add_items'];
  if (state.items.length > 0) actions.push('remove_item', 'confirm_items');
  if (state.items.length > 0 && state.itemsConfirmed) actions.push('set_customer');
  if (nextStep === 'show_summary' || nextStep === 'final_confirmation' || nextStep === 'create_order') {
    actions.push('get_summary');
  }
  if (nextStep === 'final_confirmation' || nextStep === 'create_order') actions.push('confirm_booking');
  if (nextStep === 'create_order') actions.push('create_order');
  actions.push('abandon_booking');
  return actions;
}

/** The booking as callers see it at a moment (ISO 8601). */
export function viewOf(state: BookingState, now: string): BookingView {
  return {
    id: state.id,
    ...placeOf(state, now),
    allowedActions: allowedActions(state, now),
    draft: {
      items: state.items.map(({ id, name, quantity }) => ({ id, name, quantity })),
      totalQuantity: totalQuantity(state.items),
      customerName: state.customer?.name ?? null,
      customerPhone: state.customer?.phone ?? null,
      notes: state.customer?.notes ?? null,
    },
    locale: state.locale,
    orderId: state.orderId,
    expiresAt: expiresAt(state),
  };
}

/** When the booking expires if nothing more happens to it. */
export function expiresAt(state: Pick<BookingState, 'lastStepAt' | 'idleExpirySeconds'>): string {
  return new Date(Date.parse(state.lastStepAt) + state.idleExpirySeconds * 1000).toISOString();
}

export function isExpired(expiry: string, now: string): boolean {
  return Date.parse(expiry) <= Date.parse(now);
}

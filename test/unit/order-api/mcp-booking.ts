import type { BookingView } from '../../../domain/booking/booking';
import type { Summary } from '../../../domain/booking/summary';
import type { BookingAnswer, UseCases } from '../../../services/order-api/use-cases/contract';
import { ORDER } from './doors';

export const BOOKING_ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e00';
export const DIGEST = 'd'.repeat(64);
export const SUMMARY_TEXT = '2 × Rye bread\nZoë García, 4930901820\nIs that right?';

export const BOOKING: BookingView = {
  id: BOOKING_ID,
  step: 'show_summary',
  nextStep: 'final_confirmation',
  missing: ['confirmation'],
  allowedActions: ['add_items', 'confirm_booking', 'abandon_booking'],
  draft: {
    items: [{ id: 'item_1', name: 'Rye bread', quantity: 2 }],
    totalQuantity: 2,
    customerName: 'Zoë García',
    customerPhone: '4930901820',
    notes: null,
  },
  locale: 'en',
  orderId: null,
  expiresAt: '2026-11-24T10:00:00.000Z',
};

const SUMMARY: Summary = {
  text: SUMMARY_TEXT,
  locale: 'en',
  items: [{ name: 'Rye bread', quantity: 2 }],
  totalQuantity: 2,
  customerName: 'Zoë García',
  customerPhone: '4930901820',
  notes: null,
};

const CONFIRMED = {
  idempotencyKey: 'bk1.key',
  summaryDigest: DIGEST,
  confirmedAt: '2026-11-24T09:40:00.000Z',
  expiresAt: '2026-11-24T09:50:00.000Z',
  content: { customerName: 'Zoë García', customerPhone: '4930901820', items: SUMMARY.items, notes: null },
};

/** Every step accepted, and what each was called with. */
export function acceptingUseCases() {
  const calls: { readonly name: string; readonly tenant: string; readonly request: unknown }[] = [];
  const step =
    (name: string, result: BookingAnswer['result'] = { say: `said after ${name}` }) =>
    async (ctx: { readonly caller: { readonly userId: string } }, request: unknown): Promise<BookingAnswer> => {
      calls.push({ name, tenant: ctx.caller.userId, request });
      return { booking: BOOKING, result };
    };
  const useCases: Partial<UseCases> = {
    startBooking: step('startBooking'),
    addItems: step('addItems'),
    removeItem: step('removeItem'),
    confirmItems: step('confirmItems'),
    setCustomer: step('setCustomer'),
    getSummary: step('getSummary', { say: SUMMARY_TEXT, summary: SUMMARY, summaryDigest: DIGEST }),
    confirmBooking: step('confirmBooking', { say: null, confirmed: CONFIRMED }),
    abandonBooking: step('abandonBooking', { say: null }),
    isOrderBookingEnabled: async () => true,
    getBooking: async (ctx, request) => {
      calls.push({ name: 'getBooking', tenant: ctx.caller.userId, request });
      return BOOKING;
    },
    getCatalogue: async () => ({
      userId: 'bakery',
      items: [{ name: 'Rye bread', aliases: ['rye'], active: true }],
      updatedAt: ORDER.createdAt,
    }),
    createOrderFromAi: async (ctx, request) => {
      calls.push({ name: 'createOrderFromAi', tenant: ctx.caller.userId, request });
      return { order: ORDER, idempotencyKey: 'bk1.key', idempotentReplayed: false, currentStatus: 'pending' };
    },
  };
  return { useCases, calls };
}

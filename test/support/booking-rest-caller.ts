import type { BookingDecisionWire } from '../../domain/booking/wire';
import {
  bookingAnswerSchema,
  bookingDecisionPageAnswerSchema,
  bookingPageAnswerSchema,
  bookingStepAnswerSchema,
  confirmedBookingAnswerSchema,
  shownSummaryAnswerSchema,
} from '../../domain/schemas/booking-wire';
import { createdOrderAnswerSchema } from '../../domain/schemas/wire';
import type { BookingCaller } from './booking-caller';
import { accepted } from './doors';
import { restCall } from './rest-caller';

/** Bookings over REST. */
export function bookingRestCaller(url: string, apiKey: string): BookingCaller {
  const call = restCall(url, apiKey);
  const path = (bookingId: string, rest = '') => `/api/bookings/${bookingId}${rest}`;
  return {
    name: 'REST',
    start: (body) => call('POST', '/api/bookings', bookingStepAnswerSchema, { body }),
    addItems: (id, body) => call('POST', path(id, '/items'), bookingStepAnswerSchema, { body }),
    removeItem: (id, itemId, options) =>
      call('DELETE', path(id, `/items/${encodeURIComponent(itemId)}${query(options)}`), bookingStepAnswerSchema),
    confirmItems: (id, body) => call('POST', path(id, '/confirm-items'), bookingStepAnswerSchema, { body }),
    setCustomer: (id, body) => call('PUT', path(id, '/customer'), bookingStepAnswerSchema, { body }),
    summary: (id, options) => call('GET', path(id, `/summary${query(options)}`), shownSummaryAnswerSchema),
    confirm: (id, body) => call('POST', path(id, '/confirm'), confirmedBookingAnswerSchema, { body }),
    abandon: (id, body) => call('POST', path(id, '/abandon'), bookingStepAnswerSchema, { body }),
    async get(id) {
      const answer = await call('GET', path(id), bookingAnswerSchema);
      return answer.outcome === 'ok' ? { ...answer, data: answer.data.booking } : answer;
    },
    list: (filter) => call('GET', `/api/bookings${query(filter)}`, bookingPageAnswerSchema),
    async decisions(id) {
      const decisions: BookingDecisionWire[] = [];
      let token = '';
      do {
        const page = accepted(
          await call(
            'GET',
            path(id, `/decisions${query({ page_size: '5', page_token: token })}`),
            bookingDecisionPageAnswerSchema,
          ),
        );
        decisions.push(...page.decisions);
        token = page.next_page_token;
      } while (token !== '');
      return decisions;
    },
    createOrder: (body, { key, signal } = {}) =>
      call('POST', '/api/ai/orders', createdOrderAnswerSchema, {
        body,
        ...(signal && { signal }),
        headers: key === undefined ? {} : { 'idempotency-key': key },
      }),
    close: () => undefined,
  };
}

function query(fields: Readonly<Record<string, unknown>> = {}): string {
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) sent.set(name, String(value));
  return sent.size === 0 ? '' : `?${sent}`;
}

import type { ComponentChildren } from 'preact';
import type { BookingStatus, OrderStatus } from '../api/wire';
import { BOOKING_STATUS_LABELS } from '../bookings/plain-words';
import { STATUS_LABELS } from '../orders/order-moves';

/** How a chip looks. Every tone has a mark of its own shape, so that nobody has to tell colours apart. */
export type Tone = 'waiting' | 'agreed' | 'busy' | 'done' | 'gone' | 'alarm';

const MARKS: Readonly<Record<Tone, ComponentChildren>> = {
  waiting: <circle cx="8" cy="8" r="5.6" stroke-dasharray="3.2 2.66" />,
  agreed: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M5.4 8.2l1.9 1.9 3.4-3.9" />
    </>
  ),
  busy: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 4.6a3.4 3.4 0 0 1 0 6.8z" class="mark-fill" />
    </>
  ),
  done: (
    <>
      <circle cx="8" cy="8" r="6.4" class="mark-solid" />
      <path d="M5 8.2l2.1 2.1 3.9-4.4" class="mark-cut" />
    </>
  ),
  gone: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M6 6l4 4M10 6l-4 4" />
    </>
  ),
  alarm: <path d="M8 2.2 1.9 13h12.2zM8 6.4v3M8 11.1v.1" />,
};

export function Mark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {MARKS[tone]}
    </svg>
  );
}

export function Chip({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`chip tone-${tone}`}>
      <Mark tone={tone} />
      {children}
    </span>
  );
}

export const ORDER_TONES: Readonly<Record<OrderStatus, Tone>> = {
  pending: 'waiting',
  confirmed: 'agreed',
  processing: 'busy',
  completed: 'done',
  cancelled: 'gone',
};

const BOOKING_TONES: Readonly<Record<BookingStatus, Tone>> = {
  open: 'busy',
  ordered: 'done',
  abandoned: 'gone',
  expired: 'gone',
};

export function OrderChip({ status }: { readonly status: OrderStatus }) {
  return <Chip tone={ORDER_TONES[status]}>{STATUS_LABELS[status]}</Chip>;
}

export function BookingChip({ status }: { readonly status: BookingStatus }) {
  return <Chip tone={BOOKING_TONES[status]}>{BOOKING_STATUS_LABELS[status]}</Chip>;
}

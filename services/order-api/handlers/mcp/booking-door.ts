import type { Operation } from '../../operations';

/** What an agent may reach over MCP: the booking door's operations and the two readings that help with them. */
export type BookingOperation = Extract<
  Operation,
  | 'isOrderBookingEnabled'
  | 'getCatalogue'
  | 'startBooking'
  | 'addItems'
  | 'removeItem'
  | 'confirmItems'
  | 'setCustomer'
  | 'getSummary'
  | 'confirmBooking'
  | 'createOrderFromAi'
  | 'getBooking'
  | 'abandonBooking'
>;

/** What a tool was called with, as it came. */
export type WireInput = Readonly<Record<string, unknown>>;

export interface DoorOptions {
  readonly correlationId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * The way from MCP to the bookings, with the rights of one API key. The tools decide nothing: what may be done, and whether the
 * input is well formed, is found out behind this door, whichever transport the tools are served over.
 */
export interface BookingDoor {
  /**
   * `input` has the fields of the operation's REST request, with `booking_id` among them where there is one. Resolves to
   * the `data` of its answer.
   * @throws OrderError; anything else it throws is a defect (INTERNAL)
   */
  call(operation: BookingOperation, input: WireInput, options: DoorOptions): Promise<object>;
}

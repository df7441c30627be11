import type {
  BookingDecisionWire,
  BookingPageWire,
  BookingStepWire,
  BookingWire,
  ConfirmedBookingWire,
  ShownSummaryWire,
} from '../../domain/booking/wire';
import type { CreatedOrderWire } from '../../domain/wire';
import { bookingGrpcCaller } from './booking-grpc-caller';
import { bookingRestCaller } from './booking-rest-caller';
import type { Answer, CreateOptions, DoorName } from './doors';
import type { ApiProcess } from './scene';

type Fields = Readonly<Record<string, unknown>>;

/** An agent with a tenant's key, at one door. Bodies and answers are the wire's, so that both doors can be compared. */
export interface BookingCaller {
  readonly name: DoorName;
  start(body?: Fields): Promise<Answer<BookingStepWire>>;
  addItems(bookingId: string, body: Fields): Promise<Answer<BookingStepWire>>;
  removeItem(bookingId: string, itemId: string, options?: Fields): Promise<Answer<BookingStepWire>>;
  confirmItems(bookingId: string, body: Fields): Promise<Answer<BookingStepWire>>;
  setCustomer(bookingId: string, body: Fields): Promise<Answer<BookingStepWire>>;
  summary(bookingId: string, options?: Fields): Promise<Answer<ShownSummaryWire>>;
  confirm(bookingId: string, body: Fields): Promise<Answer<ConfirmedBookingWire>>;
  abandon(bookingId: string, body?: Fields): Promise<Answer<BookingStepWire>>;
  get(bookingId: string): Promise<Answer<BookingWire>>;
  /** A page of the tenant's bookings. `query` is that of `GET /api/bookings`; no agent may ask. */
  list(query?: Fields): Promise<Answer<BookingPageWire>>;
  /** All of the booking's records, all pages of them. */
  decisions(bookingId: string): Promise<BookingDecisionWire[]>;
  /** `body` is that of `POST /api/ai/orders`. */
  createOrder(body: AiOrderBody, options?: CreateOptions): Promise<Answer<CreatedOrderWire>>;
  close(): void;
}

export interface AiOrderBody {
  readonly version: string;
  readonly action: string;
  readonly idempotency_key?: string | null;
  readonly payload: Fields;
}

export function bookingCaller(name: DoorName, api: ApiProcess, apiKey: string): BookingCaller {
  return name === 'gRPC' ? bookingGrpcCaller(api.grpcAddress, apiKey) : bookingRestCaller(api.restUrl, apiKey);
}

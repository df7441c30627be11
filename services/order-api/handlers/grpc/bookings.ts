import { create } from '@bufbuild/protobuf';
import { bookingId } from '../../../../domain/schemas/booking-fields';
import {
  abandonBookingSchema,
  addItemsSchema,
  confirmItemsSchema,
  removeItemSchema,
  setCustomerSchema,
  startBookingSchema,
} from '../../../../domain/schemas/bookings';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  AbandonBookingResponseSchema,
  AddItemsResponseSchema,
  type BookingService,
  ConfirmItemsResponseSchema,
  GetBookingResponseSchema,
  RemoveItemResponseSchema,
  SetCustomerResponseSchema,
  StartBookingResponseSchema,
} from '../../../../gen/orderbooking/v1/booking_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { bookingMessage, stepMessage } from './booking-message';
import type { UnaryHandler } from './unary';

type Methods = typeof BookingService.method;

/** BookingService.StartBooking. Every request goes through the schema of its REST route, so both doors take the same. */
export function startBooking(useCases: UseCases): UnaryHandler<Methods['startBooking']> {
  return async ({ locale, stepId, confidence }, call) => {
    const start = parseInput(startBookingSchema, { locale, step_id: stepId, confidence });
    return create(StartBookingResponseSchema, stepMessage(await useCases.startBooking(call, start)));
  };
}

/** BookingService.AddItems. */
export function addItems(useCases: UseCases): UnaryHandler<Methods['addItems']> {
  return async (request, call) => {
    const step = parseInput(addItemsSchema, {
      customer_message: request.customerMessage,
      items: request.items.map(({ name, quantity, nameWords, quantityWords }) => ({
        name,
        quantity,
        name_words: nameWords,
        quantity_words: quantityWords,
      })),
      ...options(request),
    });
    const taken = await useCases.addItems(call, { bookingId: idOf(request), ...step });
    return create(AddItemsResponseSchema, stepMessage(taken));
  };
}

/** BookingService.RemoveItem. */
export function removeItem(useCases: UseCases): UnaryHandler<Methods['removeItem']> {
  return async (request, call) => {
    const step = parseInput(removeItemSchema, { item_id: request.itemId, ...options(request) });
    const taken = await useCases.removeItem(call, { bookingId: idOf(request), ...step });
    return create(RemoveItemResponseSchema, stepMessage(taken));
  };
}

/** BookingService.ConfirmItems. */
export function confirmItems(useCases: UseCases): UnaryHandler<Methods['confirmItems']> {
  return async (request, call) => {
    const step = parseInput(confirmItemsSchema, { customer_reply: request.customerReply, ...options(request) });
    const taken = await useCases.confirmItems(call, { bookingId: idOf(request), ...step });
    return create(ConfirmItemsResponseSchema, stepMessage(taken));
  };
}

/** BookingService.SetCustomer. */
export function setCustomer(useCases: UseCases): UnaryHandler<Methods['setCustomer']> {
  return async (request, call) => {
    const step = parseInput(setCustomerSchema, {
      customer_message: request.customerMessage,
      customer_name: request.customerName,
      customer_phone: request.customerPhone,
      notes: request.notes,
      ...options(request),
    });
    const taken = await useCases.setCustomer(call, { bookingId: idOf(request), ...step });
    return create(SetCustomerResponseSchema, stepMessage(taken));
  };
}

/** BookingService.AbandonBooking. */
export function abandonBooking(useCases: UseCases): UnaryHandler<Methods['abandonBooking']> {
  return async (request, call) => {
    const step = parseInput(abandonBookingSchema, { reason: request.reason, ...options(request) });
    const taken = await useCases.abandonBooking(call, { bookingId: idOf(request), ...step });
    return create(AbandonBookingResponseSchema, stepMessage(taken));
  };
}

/** BookingService.GetBooking. */
export function getBooking(useCases: UseCases): UnaryHandler<Methods['getBooking']> {
  return async (request, call) => {
    const booking = await useCases.getBooking(call, idOf(request));
    return create(GetBookingResponseSchema, { booking: bookingMessage(booking) });
  };
}

function idOf(request: { readonly bookingId: string }): string {
  return parseInput(bookingId, request.bookingId, 'booking_id');
}

function options({
  stepId,
  confidence,
}: {
  readonly stepId?: string | undefined;
  readonly confidence?: number | undefined;
}) {
  return { step_id: stepId, confidence };
}

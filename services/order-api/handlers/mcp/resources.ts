import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { OrderError } from '../../../../domain/errors';
import { asOrderError } from '../../as-order-error';
import type { BookingOperation, WireInput } from './booking-door';

export const CATALOGUE_URI = 'orderbooking://catalogue';
export const BOOKING_URI = 'orderbooking://bookings/{booking_id}';

const MIME_TYPE = 'application/json';

/** Calls an operation for the request under way. */
export type ReadDoor = (
  name: string,
  operation: BookingOperation,
  input: WireInput,
  ctx: ServerContext,
) => Promise<object>;

/** What the business sells, and the booking that is under way, for clients that show or attach them. */
export function registerResources(server: McpServer, read: ReadDoor): void {
  server.registerResource(
    'catalogue',
    CATALOGUE_URI,
    {
      title: 'Catalogue',
      description:
        'What the business sells, with the other names that customers use. Without items there is no catalogue, and anything can be asked for.',
      mimeType: MIME_TYPE,
    },
    async (uri, ctx) => contents(uri, () => read('resources/catalogue', 'getCatalogue', {}, ctx)),
  );
  server.registerResource(
    'booking',
    new ResourceTemplate(BOOKING_URI, { list: undefined }),
    {
      title: 'Booking',
      description: 'A booking as it is now: its draft, what is missing, and what may be done next.',
      mimeType: MIME_TYPE,
    },
    async (uri, { booking_id: id }, ctx) =>
      contents(uri, () => read('resources/booking', 'getBooking', { booking_id: id }, ctx)),
  );
}

async function contents(uri: URL, load: () => Promise<object>): Promise<ReadResourceResult> {
  try {
    return { contents: [{ uri: uri.href, mimeType: MIME_TYPE, text: JSON.stringify(await load()) }] };
  } catch (thrown) {
    throw resourceError(uri, asOrderError(thrown));
  }
}

/** Resources have no answer of their own for a refusal: it is an error of the protocol, with our code in its data. */
function resourceError(uri: URL, { code, message }: OrderError): ProtocolError {
  if (code === 'NOT_FOUND' || code === 'VALIDATION_FAILED') return new ResourceNotFoundError(uri.href);
  const isDenied = code === 'UNAUTHENTICATED' || code === 'PERMISSION_DENIED';
  return new ProtocolError(isDenied ? ProtocolErrorCode.InvalidRequest : ProtocolErrorCode.InternalError, message, {
    code,
  });
}

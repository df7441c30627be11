import * as z from 'zod';
import { ORDER_SOURCES, type OrderSource, type OrderStatus } from '../order';
import { parsePhone } from '../phone';
import { parseTimestamp } from '../timestamp';
import { checkedString } from './checked-string';
import { orderStatus, requiredLine } from './fields';
import { optionalParameter, pageSize, pageToken } from './paging';

/** What people look for is short; a longer text would only cost more to look for. */
const SEARCH_MAX_CODE_POINTS = 100;

export interface ListOrdersInput {
  readonly status: OrderStatus | undefined;
  readonly source: OrderSource | undefined;
  readonly customerPhone: string | undefined;
  readonly createdAfter: string | undefined;
  readonly createdBefore: string | undefined;
  readonly search: string | undefined;
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

/** The query of `GET /api/orders`. Values are strings there and typed in gRPC; both are read. */
export const listOrdersSchema = z
  .strictObject({
    status: optionalParameter(orderStatus.meta({ description: 'Only orders in this status.' })),
    source: optionalParameter(z.enum(ORDER_SOURCES).meta({ description: 'Only orders from there.' })),
    customer_phone: optionalParameter(
      checkedString(
        { description: 'Only orders of this phone number, in any notation.', examples: ['493012345678'] },
        parsePhone,
      ),
    ),
    created_after: optionalParameter(
      checkedString(
        {
          description: 'Only orders created later than this: RFC 3339, with + written as %2B in a URL.',
          format: 'date-time',
          examples: ['2026-11-24T09:30:00Z'],
        },
        parseTimestamp,
      ),
    ),
    created_before: optionalParameter(
      checkedString(
        {
          description: 'Only orders created earlier than this: RFC 3339, with + written as %2B in a URL.',
          format: 'date-time',
          examples: ['2026-11-25T00:00:00Z'],
        },
        parseTimestamp,
      ),
    ),
    search: optionalParameter(
      requiredLine(
        { maxCodePoints: SEARCH_MAX_CODE_POINTS, multiline: false },
        {
          description:
            "Only orders in which this is a part of the customer's name, of an item's name or of the phone number, or the beginning of " +
            'the id. At most 100 characters.',
          examples: ['rye bread'],
        },
      ),
    ),
    page_size: pageSize,
    page_token: pageToken,
  })
  .transform(
    (wire): ListOrdersInput => ({
      status: wire.status,
      source: wire.source,
      customerPhone: wire.customer_phone,
      createdAfter: wire.created_after,
      createdBefore: wire.created_before,
      search: wire.search,
      pageSize: wire.page_size,
      pageToken: wire.page_token,
    }),
  );

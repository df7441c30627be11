import { NOTIFICATION_EVENTS } from '../../../domain/notification';
import { ORDER_STATUSES, type Order, type OrderEvent } from '../../../domain/order';
import { pushMessage, pushTreatment } from '../../../domain/push-message';
import { type Happening, webhookBody } from '../../../domain/webhook-body';
import { CANARY } from '../../support/canary';
import { sampleContent } from '../../support/sample-order';

const AT = '2026-11-28T10:00:00.000Z';
const ID = '0b9d7d0e-5b0f-4c53-9d0c-3a1a2f6f7b11';

function order(fields: Partial<Order> = {}): Order {
  return {
    ...sampleContent({
      items: [
        { name: 'Margherita', quantity: 2 },
        { name: 'Lemonade', quantity: 1 },
      ],
    }),
    id: ID,
    userId: 'bakery',
    totalQuantity: 3,
    status: 'confirmed',
    version: 2,
    createdAt: '2026-11-28T09:59:00.000Z',
    updatedAt: AT,
    ...fields,
  };
}

const event: OrderEvent = {
  orderId: ID,
  sequence: 2,
  type: 'status_changed',
  fromStatus: 'pending',
  toStatus: 'confirmed',
  actor: 'api_key:obk_abc',
  reason: 'said so',
  correlationId: 'req_1',
  occurredAt: AT,
};

function moved(fields: Partial<Order> = {}): Happening {
  return { type: 'order.status_changed', order: order(fields), event };
}

const OTHERS: readonly Happening[] = [
  {
    type: 'sheet.parked',
    at: AT,
    data: { cause: 'not_shared', message: 'The sheet is not shared.', what_to_do: 'Share it.' },
  },
  {
    type: 'webhook.disabled',
    at: AT,
    data: { subscription_id: ID, url: 'https://hooks.example/t0ken?k=s3cret', failing_since: AT },
  },
  { type: 'test.ping', at: AT, data: {} },
];

describe('the body of a webhook', () => {
  it('of an order has the order as REST shows it, and the event without who and why', () => {
    expect(webhookBody(moved(), 'req_7')).toEqual({
      type: 'order.status_changed',
      timestamp: AT,
      data: {
        order: {
          id: ID,
          user_id: 'bakery',
          customer_name: CANARY.name,
          customer_phone: CANARY.phone,
          items: [
            { name: 'Margherita', quantity: 2 },
            { name: 'Lemonade', quantity: 1 },
          ],
          total_quantity: 3,
          status: 'confirmed',
          source: 'api',
          notes: CANARY.notes,
          version: 2,
          created_at: '2026-11-28T09:59:00.000Z',
          updated_at: AT,
        },
        event: { sequence: 2, type: 'status_changed', from_status: 'pending', to_status: 'confirmed', occurred_at: AT },
      },
      correlation_id: 'req_7',
    });
  });

  it.each(OTHERS)('of $type has its data as they are', (happening) => {
    const body = webhookBody(happening, 'req_7');
    expect(body).toEqual({ type: happening.type, timestamp: AT, data: expect.any(Object), correlation_id: 'req_7' });
    expect(body.data).toEqual('data' in happening ? happening.data : {});
  });
});

describe('a push message', () => {
  it('of a new order says what was ordered and leads to it', () => {
    expect(pushMessage({ type: 'order.created', order: order({ status: 'pending' }), event })).toEqual({
      type: 'order.created',
      title: 'New order',
      body: '2 × Margherita, 1 × Lemonade',
      url: `/orders/${ID}`,
      tag: `order-${ID}`,
    });
  });

  it('of a move says where the order is now', () => {
    const titles = ORDER_STATUSES.map((status) => pushMessage(moved({ status })).title);
    expect(new Set(titles).size).toBe(ORDER_STATUSES.length);
    expect(pushMessage(moved({ status: 'cancelled' })).title).toBe('Order cancelled');
  });

  it('has nothing of the customer', () => {
    const text = JSON.stringify(pushMessage(moved()));
    for (const secret of [CANARY.name, CANARY.phone, CANARY.notes]) expect(text).not.toContain(secret);
  });

  it('of a webhook that was given up names its host, not the rest of its address', () => {
    const { body, url } = pushMessage(OTHERS[1] as Happening);
    expect(body).toContain('hooks.example');
    expect(body).not.toMatch(/t0ken|s3cret/);
    expect(url).toBe('/notifications');
  });

  it('of a sheet says what is wrong and what to do', () => {
    expect(pushMessage(OTHERS[0] as Happening)).toMatchObject({
      body: 'The sheet is not shared. Share it.',
      url: '/sheet',
    });
  });

  it('is short, whatever the order is, and is cut between characters', () => {
    const items = Array.from({ length: 100 }, () => ({ name: '🍕'.repeat(100), quantity: 1 }));
    const { body } = pushMessage(moved({ items }));
    expect([...body]).toHaveLength(240);
    expect(body).toMatch(/^[^\p{Cs}]*…$/u);
  });

  it('is kept for a device that is away, the newest of an order only', () => {
    const { tag } = pushMessage(moved());
    expect(pushTreatment({ type: 'order.created', tag })).toEqual({
      seconds: 86_400,
      urgency: 'high',
      topic: ID.replaceAll('-', ''),
    });
    expect(pushTreatment({ type: 'test.ping', tag: 'test' }).seconds).toBe(60);
  });

  it('has a topic that push services take (RFC 8030: 32 characters of base64url), and a path of ours', () => {
    const all = [...OTHERS, moved()];
    expect(new Set(all.map(({ type }) => type)).size).toBe(NOTIFICATION_EVENTS.length);
    for (const happening of all) {
      const message = pushMessage(happening);
      expect(pushTreatment(message).topic).toMatch(/^[A-Za-z0-9_-]{1,32}$/);
      expect(message.url).toMatch(/^\/[a-z]/);
      expect(message.title).not.toBe('');
      expect(message.body).not.toBe('');
    }
  });
});

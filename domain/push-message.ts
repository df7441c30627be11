import type { OrderItem, OrderStatus } from './order';
import type { Happening } from './webhook-body';

/** What a device shows. It lies open on a lock screen: nothing of the customer is in it. */
export interface PushMessage {
  readonly type: Happening['type'];
  readonly title: string;
  readonly body: string;
  /** A path of the console. */
  readonly url: string;
  /** A message replaces the one before it that has the same tag. */
  readonly tag: string;
}

const STATUS_TITLES: Readonly<Record<OrderStatus, string>> = {
  pending: 'Order received',
  confirmed: 'Order confirmed',
  processing: 'Order in preparation',
  completed: 'Order completed',
  cancelled: 'Order cancelled',
};

/** In code points. A push message has 4,096 bytes for all of it (RFC 8291), and a device shows two or three lines. */
const BODY_LENGTH = 240;

export function pushMessage(happening: Happening): PushMessage {
  const { type, ...shown } = shownOf(happening);
  return { type, ...shown, body: shortened(shown.body) };
}

function shownOf(happening: Happening): PushMessage {
  const { type } = happening;
  switch (happening.type) {
    case 'order.created':
    case 'order.status_changed': {
      const { id, items, status } = happening.order;
      const title = type === 'order.created' ? 'New order' : STATUS_TITLES[status];
      return { type, title, body: itemsText(items), url: `/orders/${id}`, tag: `order-${id}` };
    }
    case 'sheet.parked': {
      const { message, what_to_do } = happening.data;
      const body = [message, what_to_do].filter((part) => typeof part === 'string').join(' ');
      return { type, title: 'Your Google Sheet has stopped', body, url: '/sheet', tag: 'sheet' };
    }
    case 'webhook.disabled': {
      const body = `${hostOf(happening.data.url)} has failed for too long and gets no more events.`;
      return { type, title: 'A webhook was switched off', body, url: '/notifications', tag: 'webhooks' };
    }
    case 'test.ping': {
      const body = 'Notifications reach this device.';
      return { type, title: 'It works', body, url: '/notifications', tag: 'test' };
    }
  }
}

function itemsText(items: readonly OrderItem[]): string {
  return items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');
}

/** Of a URL only the host: the rest may be as good as a password. */
function hostOf(url: unknown): string {
  return (typeof url === 'string' && /^https?:\/\/(?:[^/?#@]*@)?([^/?#:]+|\[[^\]]+\])/i.exec(url)?.[1]) || 'It';
}

function shortened(text: string): string {
  const points = [...text];
  return points.length <= BODY_LENGTH ? text : `${points.slice(0, BODY_LENGTH - 1).join('')}…`;
}

/**
 * How a push service is to treat it. `topic`: a device that was away gets the newest message of a topic only. `seconds`: how
 * long it is kept for such a device; a day later, an order is seen in the console and not on a lock screen.
 */
export function pushTreatment(happening: Pick<PushMessage, 'type' | 'tag'>): {
  readonly seconds: number;
  readonly urgency: 'normal' | 'high';
  readonly topic: string;
} {
  return {
    seconds: happening.type === 'test.ping' ? 60 : 86_400,
    urgency: happening.type === 'order.status_changed' ? 'normal' : 'high',
    // At most 32 characters of base64url: with its hyphens an order's id would be too long.
    topic: happening.tag.replace(/^order-/, '').replaceAll('-', ''),
  };
}

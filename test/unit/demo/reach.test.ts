import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { sheetDifferences } from '../../../deploy/local/demo/reach/reach';
import { listenForWebhooks, type WebhookListener } from '../../../deploy/local/demo/reach/webhook-listener';

describe("the demo's webhook", () => {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  let listener: WebhookListener;

  beforeEach(async () => {
    listener = await listenForWebhooks();
  });
  afterEach(() => listener.close());

  async function send(id: string, signedWith = secret): Promise<number> {
    const body = JSON.stringify({ type: 'order.created', data: { order: { id: 'order-1', status: 'pending' } } });
    const at = new Date();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(signedWith).sign(id, at, body),
    };
    return (await fetch(listener.url, { method: 'POST', headers, body })).status;
  }

  it('hears an event once, however often it is sent', async () => {
    listener.trust(secret);
    expect([await send('evt_1'), await send('evt_1'), await send('evt_2')]).toEqual([204, 204, 204]);
    const event = { type: 'order.created', orderId: 'order-1', status: 'pending' };
    expect(listener.heard).toEqual([
      { id: 'evt_1', ...event },
      { id: 'evt_2', ...event },
    ]);
  });

  it('refuses what another secret signed, and everything before it knows one', async () => {
    expect(await send('evt_1')).toBe(503);
    listener.trust(secret);
    expect(await send('evt_1', `whsec_${randomBytes(24).toString('base64')}`)).toBe(401);
    expect(listener.heard).toEqual([]);
    expect(listener.refused).toBe(1);
  });
});

describe("the demo's look at the sheet", () => {
  const order = { id: 'a', status: 'pending' } as const;

  it('finds nothing wrong with one row each, whatever else is in the sheet', () => {
    const rows = [{ 'Order ID': 'b', Status: 'completed' }, { 'Order ID': 'a', Status: 'pending' }, { 'Order ID': '' }];
    expect(sheetDifferences(rows, [order])).toEqual([]);
  });

  it.each([
    ['no row', []],
    ['two rows', Array(2).fill({ 'Order ID': 'a', Status: 'pending' })],
    ['another state', [{ 'Order ID': 'a', Status: 'confirmed' }]],
  ])('finds %s', (_, rows) => {
    expect(sheetDifferences(rows, [order])).toHaveLength(1);
  });
});

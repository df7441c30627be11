import { CANARY } from '../support/canary';
import { eventually } from '../support/eventually';
import { keptPort } from '../support/kept-port';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene } from '../support/scene';
import type { ServiceProcess } from '../support/services';

let scene: Scene;
let api: ApiProcess;
let worker: ServiceProcess;
let sdkAddress: string;

beforeAll(async () => {
  scene = await createScene();
  sdkAddress = `127.0.0.1:${await keptPort()}`;
  [api, worker] = await Promise.all([
    scene.startApi(PATIENT),
    scene.startWorker({ TEMPORAL_METRICS_ADDRESS: sdkAddress }),
  ]);
});
afterAll(() => scene.close());

async function text(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain');
  return response.text();
}

async function send(method: string, path: string, body: unknown): Promise<{ data: { order: { id: string } } }> {
  const response = await fetch(`${api.restUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${scene.tenant.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { data: { order: { id: string } } };
}

describe('/metrics', () => {
  it('counts calls by method and outcome, and orders by what became of them, without a key and without customer data', async () => {
    const body = sampleBody();
    const { data } = await send('POST', '/api/orders', body);
    await send('POST', '/api/orders', body);
    await send('POST', '/api/orders', { ...body, items: [] });
    await send('PATCH', `/api/orders/${data.order.id}/status`, { status: 'confirmed' });

    const calls = await eventually('the last call', async () => {
      const metrics = await text(`${api.restUrl}/metrics`);
      return metrics.includes('PATCH') && metrics;
    });
    const count = (labels: string) =>
      Number(
        calls
          .split('\n')
          .find((line) => line.startsWith(`order_booking_call_duration_seconds_count{${labels}}`))
          ?.split(' ')
          .at(-1),
      );
    expect(count('door="rest",method="POST /api/orders",code="OK"')).toBe(1);
    expect(count('door="rest",method="POST /api/orders",code="DUPLICATE_ORDER"')).toBe(1);
    expect(count('door="rest",method="POST /api/orders",code="VALIDATION_FAILED"')).toBe(1);
    expect(count('door="rest",method="PATCH /api/orders/:id/status",code="OK"')).toBe(1);

    const orders = await text(`http://127.0.0.1:${String(worker.ready.healthPort)}/metrics`);
    expect(orders).toContain('order_booking_orders_created_total{source="api"} 1');
    expect(orders).toContain('order_booking_order_status_changes_total{from="pending",to="confirmed"} 1');
    expect(orders).toContain('order_booking_duplicate_orders_blocked_total 1');

    const sdk = await (await fetch(`http://${sdkAddress}/metrics`)).text();
    expect(sdk).toContain('temporal_workflow_task_execution_latency');

    for (const page of [calls, orders, sdk]) {
      for (const value of Object.values(CANARY)) expect(page).not.toContain(value);
      expect(page).not.toContain(data.order.id);
    }
  });
});

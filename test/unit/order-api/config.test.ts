import { loadConfig } from '../../../services/order-api/config';

const NEEDED = {
  DATABASE_URL: 'postgres://orderbooking_service:secret@127.0.0.1:5432/orders',
  PAYLOAD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  CONFIRMATION_SIGNING_KEYS: `s1:${Buffer.alloc(32, 2).toString('base64')}`,
  SECRETS_ENCRYPTION_KEYS: `x1:${Buffer.alloc(32, 3).toString('base64')}`,
};

test('the four that must be set are enough', () => {
  expect(loadConfig(NEEDED)).toMatchObject({
    GRPC_PORT: 50_051,
    HTTP_PORT: 8_080,
    BIND_ADDRESS: '127.0.0.1',
    REQUEST_DEADLINE_MS: 10_000,
    DATABASE_CONNECT_MS: 3_000,
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    ORDERS_TASK_QUEUE: 'orders',
    SESSION_TTL_SECONDS: 43_200,
  });
});

test('port 0 takes a free one', () => {
  expect(loadConfig({ ...NEEDED, GRPC_PORT: '0', HTTP_PORT: '0' })).toMatchObject({ GRPC_PORT: 0, HTTP_PORT: 0 });
});

test('all that is wrong is named at once, and no value is', () => {
  const bad = { DATABASE_URL: 'mysql://secret', GRPC_PORT: '70000', REQUEST_DEADLINE_MS: 'soon', LOG_LEVEL: 'loud' };
  const load = () => loadConfig(bad);
  for (const name of [
    ...Object.keys(bad),
    'PAYLOAD_ENCRYPTION_KEYS',
    'CONFIRMATION_SIGNING_KEYS',
    'SECRETS_ENCRYPTION_KEYS',
  ])
    expect(load).toThrow(name);
  expect(load).not.toThrow(/secret|70000|soon|loud/);
});

import { loadConfig } from '../../../services/sync-worker/config';

const NEEDED = {
  DATABASE_URL: 'postgres://orderbooking_service:secret@127.0.0.1:5432/orders',
  PAYLOAD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  SECRETS_ENCRYPTION_KEYS: `s1:${Buffer.alloc(32, 2).toString('base64')}`,
};

test('the three that must be set are enough', () => {
  expect(loadConfig(NEEDED)).toMatchObject({
    SHEETS_TASK_QUEUE: 'sheets',
    NOTIFICATIONS_TASK_QUEUE: 'notifications',
    SHEETS_CALLS_PER_MINUTE: 55,
    ALLOW_LOOPBACK_TARGETS: false,
    WEBHOOK_DISABLE_AFTER_SECONDS: 432_000,
    VAPID_SUBJECT: 'mailto:owner@example.com',
    WORKER_DEPLOYMENT_NAME: 'sync-worker',
    HEALTH_PORT: 8_091,
    HISTORY_RETENTION_DAYS: 90,
  });
});

test('all that is wrong is named at once, and no value is', () => {
  const bad = {
    DATABASE_URL: 'mysql://secret',
    GOOGLE_SHEETS_CREDENTIALS: '{"private_key":"secret"}',
    SHEETS_API_URL: 'ftp://secret',
    SHEETS_CALLS_PER_MINUTE: '0x10',
    ALLOW_LOOPBACK_TARGETS: 'yes',
    VAPID_SUBJECT: 'secret',
  };
  const load = () => loadConfig(bad);
  for (const name of [...Object.keys(bad), 'PAYLOAD_ENCRYPTION_KEYS', 'SECRETS_ENCRYPTION_KEYS']) {
    expect(load).toThrow(name);
  }
  expect(load).not.toThrow(/secret|0x10|yes/);
});

test('history is kept for ever, or for as long as a delivery may be tried twice over', () => {
  const days = (HISTORY_RETENTION_DAYS: string) =>
    loadConfig({ ...NEEDED, HISTORY_RETENTION_DAYS }).HISTORY_RETENTION_DAYS;
  expect([days('0'), days('14'), days('3650')]).toEqual([0, 14, 3_650]);
  for (const wrong of ['1', '13', '-1', '7.5', 'never']) expect(() => days(wrong)).toThrow('HISTORY_RETENTION_DAYS');
});

import * as z from 'zod';
import {
  ConfigError,
  encryptionKeys,
  hostAndPort,
  httpUrl,
  logLevel,
  port,
  postgresUrl,
  readConfig,
  seconds,
  signingKeys,
} from '../../../platform/config';

const KEY = Buffer.alloc(32, 7).toString('base64');

const schema = z.object({
  DATABASE_URL: postgresUrl(),
  TEMPORAL_ADDRESS: hostAndPort().default('127.0.0.1:7233'),
  PAYLOAD_ENCRYPTION_KEYS: encryptionKeys(),
  GRPC_PORT: port(50_051),
  LOG_LEVEL: logLevel().default('info'),
  SHUTDOWN_GRACE_SECONDS: seconds({ min: 1, max: 600 }).default(10),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  CONFIRMATION_SIGNING_KEYS: signingKeys().optional(),
});
const VALID = { DATABASE_URL: 'postgres://role:pw@db:5432/orders', PAYLOAD_ENCRYPTION_KEYS: `k1:${KEY}` };

function failure(env: NodeJS.ProcessEnv): ConfigError {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('no ConfigError');
}

describe('readConfig', () => {
  test('reads what is set and takes defaults for the rest', () => {
    expect(readConfig(schema, { ...VALID, GRPC_PORT: '0', SHUTDOWN_GRACE_SECONDS: '30', UNKNOWN: 'x' })).toEqual({
      ...VALID,
      TEMPORAL_ADDRESS: '127.0.0.1:7233',
      GRPC_PORT: 0,
      LOG_LEVEL: 'info',
      SHUTDOWN_GRACE_SECONDS: 30,
    });
  });

  test('takes an empty variable for one that is not set', () => {
    expect(readConfig(schema, { ...VALID, GRPC_PORT: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' }).GRPC_PORT).toBe(50_051);
    expect(failure({ ...VALID, DATABASE_URL: '' }).problems).toEqual(['DATABASE_URL: is missing']);
  });

  test('names every bad variable at once, one a line, and no value', () => {
    const bad = {
      DATABASE_URL: 'mysql://root:hunter2@db',
      TEMPORAL_ADDRESS: 'temporal-without-port',
      PAYLOAD_ENCRYPTION_KEYS: 'k1:c2VjcmV0LXRoYXQtaXMtc2hvcnQ=',
      GRPC_PORT: '70000',
      LOG_LEVEL: 'chatty',
      SHUTDOWN_GRACE_SECONDS: '1e3',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector-host',
      // A keyring, but its id has no place in a confirmation.
      CONFIRMATION_SIGNING_KEYS: `k.1:${KEY}`,
    };
    const { problems, message } = failure(bad);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(Object.keys(bad).sort());
    expect(message.split('\n')).toHaveLength(1 + problems.length);
    for (const value of Object.values(bad)) expect(message).not.toContain(value);
    expect(message).not.toContain('c2VjcmV0');
    expect(message).not.toContain(KEY);
  });

  test('says which are missing', () => {
    expect(failure({}).problems).toEqual(['DATABASE_URL: is missing', 'PAYLOAD_ENCRYPTION_KEYS: is missing']);
  });

  test('does not repeat a value that a schema puts into its message', () => {
    const talkative = z.object({ SECRET: z.string().refine(() => false, { error: ({ input }) => `bad: ${input}` }) });
    expect(() => readConfig(talkative, { SECRET: 'hunter2' })).toThrow(/SECRET: is not valid/);
  });

  test.each(['0x10', ' 8', '-1', '1.5', '65536', '１２'])('refuses %p as a port', (GRPC_PORT) => {
    expect(failure({ ...VALID, GRPC_PORT }).problems).toEqual(['GRPC_PORT: must be a whole number from 0 to 65535']);
  });
});

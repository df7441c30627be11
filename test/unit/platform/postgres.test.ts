import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Client, type Pool } from 'pg';
import { createLogger } from '../../../platform/logger';
import { createPool } from '../../../platform/postgres';

const exporter = new InMemorySpanExporter();
const storage = new AsyncLocalStorage<Context>();
const contextManager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (entered, work, thisArg, ...args) => storage.run(entered, () => work.apply(thisArg as never, args)),
  bind: (bound, target) =>
    ((...args: unknown[]) => storage.run(bound, () => (target as (...args: unknown[]) => unknown)(...args))) as never,
  enable: () => contextManager,
  disable: () => contextManager,
};

const lines: string[] = [];
const logger = createLogger({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } });
const url = 'postgres://nobody:hunter2@127.0.0.1:1/none';

beforeAll(() => {
  context.setGlobalContextManager(contextManager);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  // A server is not needed to see what becomes of a query: it connects at once and answers as its text says.
  jest
    .spyOn(Client.prototype, 'connect')
    .mockImplementation(((done: (error?: Error) => void) => setImmediate(done)) as never);
  jest.spyOn(Client.prototype, 'end').mockImplementation(((done?: () => void) => done?.()) as never);
  jest.spyOn(Client.prototype, 'query').mockImplementation(((query: unknown, ...rest: unknown[]) => {
    const text = typeof query === 'string' ? query : (query as { text: string }).text;
    const error = text.includes('fail') ? Object.assign(new Error('Ada Canary'), { code: '23505' }) : null;
    const callback = rest.at(-1);
    if (typeof callback === 'function') return void setTimeout(() => callback(error, { rows: [] }), 5);
    return error ? Promise.reject(error) : Promise.resolve({ rows: [] });
  }) as never);
});
beforeEach(() => exporter.reset());
afterEach(() => Promise.all(pools.splice(0).map((each) => each.end())));
afterAll(() => jest.restoreAllMocks());

const pools: Pool[] = [];
function pool(traced: boolean, size = 2): Pool {
  const made = createPool({ url, size, applicationName: 'test', logger, traced });
  pools.push(made);
  return made;
}
const spans = () => exporter.getFinishedSpans();

describe('createPool', () => {
  test('every timeout is set, so that nothing waits for ever', () => {
    const { options } = pool(false, 7);
    expect(options).toMatchObject({ max: 7, application_name: 'test' });
    for (const name of [
      'connectionTimeoutMillis',
      'idleTimeoutMillis',
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'query_timeout',
    ] as const) {
      expect(options[name]).toBeGreaterThan(0);
    }
  });

  test('the wait for a connection can be chosen', () => {
    const chosen = createPool({ url, size: 1, connectMs: 12_345, applicationName: 'test', logger });
    pools.push(chosen);
    expect(chosen.options.connectionTimeoutMillis).toBe(12_345);
  });

  test('a connection that breaks while idle is logged, without its message, and is not fatal', () => {
    const error = Object.assign(new Error('terminating connection of hunter2'), { code: '57P01' });
    pool(false).emit('error', error, new Client());
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ event: 'databaseConnectionLost', err: { code: '57P01' } });
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('without tracing, no query has a span', async () => {
    await pool(false).query('SELECT 1');
    expect(spans()).toEqual([]);
  });

  test('with tracing, a span names the statement and never holds its text, its values or its error', async () => {
    const traced = pool(true);
    const named = { name: 'place-order', text: "INSERT INTO orders VALUES ($1, 'Ada Canary')", values: ['Ada Canary'] };
    await traced.query(named);
    await traced.query('  select $1', ['Ada Canary']);
    await expect(traced.query({ ...named, text: 'INSERT fail' })).rejects.toThrow('Ada Canary');
    expect(spans().map(({ name, attributes }) => [name, attributes['db.operation.name']])).toEqual([
      ['place-order', 'INSERT'],
      ['SELECT', 'SELECT'],
      ['place-order', 'INSERT'],
    ]);
    expect(spans().at(-1)?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(spans().at(-1)?.attributes['db.response.status_code']).toBe('23505');
    expect(
      JSON.stringify(spans().map(({ name, attributes, events, status }) => [name, attributes, events, status])),
    ).not.toContain('Canary');
  });

  test("each query is its own caller's, also when it had to wait for another caller's connection", async () => {
    const traced = pool(true, 1);
    const tracer = trace.getTracer('test');
    const parents = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        tracer.startActiveSpan(name, async (span) => {
          await traced.query({ name: `query-${name}`, text: 'SELECT 1' });
          const client = await traced.connect();
          await client.query({ name: `client-${name}`, text: 'SELECT 1' });
          client.release();
          span.end();
          return [name, span.spanContext().spanId] as const;
        }),
      ),
    );
    for (const [name, spanId] of parents) {
      for (const kind of ['query', 'client']) {
        const child = spans().find((span) => span.name === `${kind}-${name}`);
        expect(child?.parentSpanContext?.spanId).toBe(spanId);
      }
    }
  });
});

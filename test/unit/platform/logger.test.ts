import {
  createLogger,
  type Logger,
  logAiDecision,
  logAiGuardrailTriggered,
  logDuplicateOrderBlocked,
  logOrderCreated,
  logOrderStatusChanged,
} from '../../../platform/logger';
import { temporalLogger } from '../../../platform/temporal-logger';

const NAME = 'Ada Canary';
const PHONE = '4915100009999';
const CANARIES = /Canary|4915100009999/;

let lines: string[] = [];
let logger: Logger;

beforeEach(() => {
  lines = [];
  logger = createLogger({
    service: 'test',
    level: 'debug',
    messageCodes: ['DUPLICATE_ORDER'],
    destination: { write: (line) => lines.push(line) },
  });
});

const written = () => lines.join('');
const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}');

/** As pg reports a broken constraint: the row is in the detail, the statement's place in the message. */
function databaseError(): Error {
  return Object.assign(new Error(`duplicate key value: (${PHONE})`), {
    code: '23505',
    detail: `Key (customer_phone)=(${PHONE}) already exists.`,
    where: `SQL statement "INSERT INTO orders VALUES ('${NAME}')"`,
    query: { text: `SELECT '${NAME}'`, values: [PHONE] },
  });
}

describe('createLogger', () => {
  test('writes JSON lines with time, level, service and the fields that are allowed', () => {
    logger.info({ event: 'ready', grpcPort: 50051, checks: { postgres: true } }, 'serving');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: 'test',
      pid: process.pid,
      event: 'ready',
      grpcPort: 50051,
      checks: { postgres: true },
      msg: 'serving',
    });
  });

  test('no customer data is written, wherever it was put', () => {
    const deep = { orderId: { customerName: NAME }, order: { customer_name: NAME, items: [{ name: NAME }] } };
    const cause = new Error(`cause ${NAME}`, { cause: databaseError() });
    const odd = Object.assign(new Error(`many\n    at ${NAME} (/x.js:1:1)\nlines ${PHONE}`), {
      name: NAME,
      code: `${PHONE} ${NAME}`,
      type: NAME,
    });
    const throwing = Object.defineProperty(new Error(NAME), 'code', {
      get() {
        throw new Error(NAME);
      },
    });
    const circular: Error & { cause?: unknown } = new Error(NAME);
    circular.cause = circular;

    logger.info({ customerName: NAME, customer_phone: PHONE, notes: NAME, reason: NAME, message: NAME, msg: NAME });
    logger.info(deep, 'nested');
    logger.info({ orderId: [deep, { name: NAME }], status: new Map([[NAME, PHONE]]), code: () => NAME });
    logger.info('hello %s, your number is %s', NAME, PHONE);
    logger.info({ event: 'x' }, 'hello %s', NAME);
    logger.error(databaseError());
    logger.error(databaseError(), 'statement failed');
    logger.error({ err: databaseError() });
    logger.error({ error: databaseError() }, 'statement failed');
    logger.error({ err: cause }, cause.message);
    logger.error({ err: cause }, `request failed: ${cause.message}`);
    logger.error({ err: new AggregateError([databaseError()], NAME) });
    logger.error({ err: odd });
    logger.error({ err: throwing });
    logger.error({ err: circular });
    logger.error({ err: NAME });
    logger.error({ err: { message: NAME, stack: NAME, customer: NAME } });
    logger.error({ cause: databaseError(), detail: NAME, sql: NAME, req: { url: `/?customer_phone=${PHONE}` } });
    logger.child({ customerName: NAME, err: databaseError() }).warn({ phone: PHONE }, 'child');
    logger.child({ orderId: '1' }).child({ customerName: NAME }).warn('grandchild');
    const bound = logger.child({});
    bound.setBindings({ customerName: NAME });
    bound.warn('bound');

    expect(lines).toHaveLength(21);
    expect(written()).not.toMatch(CANARIES);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('an error is written as name, code and frames, and so are its causes', () => {
    logger.error({ err: new TypeError('secret', { cause: databaseError() }) }, 'failed');
    expect(last()).toMatchObject({
      msg: 'failed',
      err: {
        name: 'TypeError',
        frames: expect.arrayContaining([expect.stringMatching(/^at .*logger\.test\.ts:\d+:\d+\)?$/)]),
        cause: { name: 'Error', code: '23505', frames: expect.any(Array) },
      },
    });
    expect(written()).not.toContain('secret');
  });

  test('an error with one of our own codes keeps its message', () => {
    const own = Object.assign(new Error('Order already exists'), { code: 'DUPLICATE_ORDER' });
    logger.info({ err: own });
    expect(last()).toMatchObject({
      msg: 'Order already exists',
      err: { code: 'DUPLICATE_ORDER', message: 'Order already exists' },
    });
    logger.info(Object.assign(new Error('x'), { code: 'OTHER' }));
    expect(last()).not.toHaveProperty('msg');
    expect(last()).toMatchObject({ err: { code: 'OTHER' } });
  });

  test('a long value or message does not make a long line', () => {
    logger.info({ route: 'x'.repeat(100_000), orderId: Array(10_000).fill('y') }, 'z'.repeat(100_000));
    expect(written().length).toBeLessThan(2_000);
  });
});

describe('business events', () => {
  test('carry ids only', () => {
    const order = { userId: 'u1', orderId: 'o1', correlationId: 'req_1', customerName: NAME, customerPhone: PHONE };
    logOrderCreated(logger, { ...order, source: 'api' });
    expect(last()).toMatchObject({ event: 'orderCreated', userId: 'u1', orderId: 'o1', source: 'api' });
    logOrderStatusChanged(logger, { ...order, fromStatus: 'pending', toStatus: 'confirmed', version: 2 });
    expect(last()).toMatchObject({
      event: 'orderStatusChanged',
      fromStatus: 'pending',
      toStatus: 'confirmed',
      version: 2,
    });
    logDuplicateOrderBlocked(logger, { ...order, existingOrderId: 'o0' });
    expect(last()).toMatchObject({ event: 'duplicateOrderBlocked', existingOrderId: 'o0', correlationId: 'req_1' });
    const step = {
      userId: 'u1',
      bookingId: 'b1',
      bookingStep: 'add_items',
      correlationId: 'req_1',
      customerWords: NAME,
    };
    logAiDecision(logger, { ...step, decision: 'accepted', confidence: 0.9 });
    expect(last()).toMatchObject({
      event: 'aiDecision',
      userId: 'u1',
      bookingId: 'b1',
      bookingStep: 'add_items',
      decision: 'accepted',
      confidence: 0.9,
      correlationId: 'req_1',
    });
    logAiGuardrailTriggered(logger, { ...step, guardrail: 'item_grounding', reason: 'name_not_said' });
    expect(last()).toMatchObject({
      event: 'aiGuardrailTriggered',
      bookingId: 'b1',
      bookingStep: 'add_items',
      guardrail: 'item_grounding',
      guardrailReason: 'name_not_said',
    });
    expect(last()).not.toHaveProperty('confidence');
    expect(written()).not.toMatch(CANARIES);
  });
});

describe('temporalLogger', () => {
  test("keeps the SDK's message and what is allowed of its attributes", () => {
    const sdk = temporalLogger(logger);
    const meta = { workflowId: 'order:u:k', attempt: 2, sdkComponent: 'worker', args: [NAME], error: databaseError() };
    sdk.warn('Activity failed', meta);
    expect(last()).toMatchObject({
      level: 'warn',
      event: 'temporalSdk',
      msg: 'Activity failed',
      workflowId: 'order:u:k',
      attempt: 2,
      sdkComponent: 'worker',
      error: { name: 'Error', code: '23505' },
    });
    sdk.error(`Failing workflow task: ${NAME} was here`);
    expect(last()).toMatchObject({ msg: 'Failing workflow task' });
    expect(written()).not.toMatch(CANARIES);
  });

  test("the SDK's levels become ours, its chatter debug", () => {
    const sdk = temporalLogger(logger);
    for (const level of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const) sdk.log(level, level);
    sdk.info('info');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['debug', 'debug', 'warn', 'error', 'debug']);
  });
});

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type DemoRun, demoRun, idInRun, inRun } from '../../../deploy/local/demo/demo-run';
import { DEMO_SLOTS } from '../../../deploy/local/demo/demo-slots';
import { type CreateExample, type Example, isCreate, readExamples } from '../../../deploy/local/demo/example';
import { createOrderRequestHash } from '../../../domain/canonical-request';
import { ValidationError } from '../../../domain/errors';
import { orderFingerprint } from '../../../domain/fingerprint';
import type { OrderStatus } from '../../../domain/order';
import { canTransition } from '../../../domain/order-state';
import { type CreateOrderInput, createOrderSchema } from '../../../domain/schemas/create-order';
import { parseInput } from '../../../domain/schemas/parse';

const FILE = join(__dirname, '../../../examples/orders.jsonl');
const examples = readExamples(FILE);
const creates = examples.filter(isCreate);
const run = demoRun(new Date('2026-11-24T09:30:00Z'));

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('examples/orders.jsonl', () => {
  test('has at least 40 lines of three shops, for both tenants and through both doors', () => {
    expect(examples.length).toBeGreaterThanOrEqual(40);
    expect(new Set(examples.map(({ shop }) => shop))).toEqual(new Set(['bakery', 'pizzeria', 'parts']));
    expect(new Set(examples.map(({ tenant }) => tenant))).toEqual(new Set(['demo', 'demo2']));
    expect(new Set(examples.map(({ via }) => via))).toEqual(new Set(['rest', 'grpc']));
  });

  test('shows every outcome and every error that a caller of CreateOrder and the moves can bring about', () => {
    expect(new Set(examples.map((example) => example.expect.outcome))).toEqual(
      new Set(['booked', 'replayed', 'refused', 'moved', 'unchanged']),
    );
    const codes = examples.flatMap(({ expect }) => (expect.outcome === 'refused' ? [expect.code] : []));
    expect([...new Set(codes)].sort()).toEqual([
      'DUPLICATE_ORDER',
      'IDEMPOTENCY_KEY_REUSED',
      'INVALID_ORDER_STATE',
      'NOT_FOUND',
      'PERMISSION_DENIED',
      'SLOT_UNAVAILABLE',
      'UNAUTHENTICATED',
      'VALIDATION_FAILED',
      'VERSION_CONFLICT',
    ]);
  });

  test.each(['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Devanagari', 'Han', 'Katakana', 'Hangul'])(
    'has a customer or an item in %s',
    (script) => {
      const pattern = new RegExp(`\\p{Script=${script}}`, 'u');
      const texts = creates.flatMap(({ create }) => [create.customer_name, ...create.items.map(({ name }) => name)]);
      expect(texts.some((text) => pattern.test(text))).toBe(true);
    },
  );

  test('names each order once, and refers only to orders that an earlier line booked', () => {
    const named = new Set<string>();
    for (const example of examples) {
      for (const reference of references(example)) expect(named).toContain(reference);
      if (!isCreate(example) || example.name === undefined) continue;
      expect(example.expect.outcome).toBe('booked');
      expect(named).not.toContain(example.name);
      named.add(example.name);
    }
  });

  test('comes out as it says by the rules of the domain alone', () => {
    expect(playByTheRules(examples.map((example) => inRun(example, run)))).toEqual(
      examples.map(({ expect }) => (expect.outcome === 'refused' ? expect.code : expect.outcome)),
    );
  });

  test('can be played again at once: no key, slot or fingerprint of one run meets those of another', () => {
    const next = demoRun(new Date('2026-11-24T09:30:01Z'));
    const marks = (of: DemoRun) => creates.map((example) => inRun(example, of)).flatMap(marksOf);
    const first = new Set(marks(run));
    expect(first.size).toBeGreaterThan(0);
    expect(marks(next).filter((mark) => first.has(mark))).toEqual([]);
  });
});

function references(example: Example): string[] {
  const { expect } = example;
  const of = 'of' in expect && expect.of !== undefined ? [expect.of] : [];
  if ('move' in example) return [example.move.order, ...of];
  return 'cancel' in example ? [example.cancel.order, ...of] : of;
}

function marksOf(example: Example): string[] {
  const input = isCreate(example) ? parsed(example) : undefined;
  if (!isCreate(example) || !(typeof input === 'object')) return [];
  const marks = [`${example.tenant} ${orderFingerprint(example.tenant, input.content, sha256Hex)}`];
  if (example.key !== undefined) marks.push(`${example.tenant} ${example.key}`);
  return input.content.slotId === null ? marks : [...marks, `${example.tenant} ${input.content.slotId}`];
}

/** The parsed request, or the first field that is wrong with it. */
function parsed(example: CreateExample): CreateOrderInput | string {
  try {
    return parseInput(createOrderSchema, { ...example.create, idempotency_key: example.key });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const [violation] = error.details.violations as { field: string }[];
    return violation?.field ?? '';
  }
}

interface ModelOrder {
  readonly tenant: string;
  readonly fingerprint: string;
  readonly slot: string | null;
  status: OrderStatus;
  version: number;
}

/** A model of the service in a few lines: no time passes, so every live order's duplicate window is open. */
function playByTheRules(lines: readonly Example[]): string[] {
  const orders: ModelOrder[] = [];
  const keys = new Map<string, { readonly requestHash: string; readonly order: ModelOrder }>();
  const named = new Map<string, ModelOrder>();
  const places = new Map(DEMO_SLOTS.map(({ tenant, id, places }) => [`${tenant} ${idInRun(id, run)}`, places]));

  return lines.map((line) => (isCreate(line) ? create(line) : move(line)));

  function create(line: CreateExample): string {
    if (line.credential === 'unknown') return 'UNAUTHENTICATED';
    const { tenant } = line;
    const input = parsed(line);
    if (typeof input === 'string') {
      if (line.expect.outcome === 'refused') expect(input).toBe(line.expect.field);
      return 'VALIDATION_FAILED';
    }
    if (input.userId !== undefined && input.userId !== tenant) return 'PERMISSION_DENIED';
    const requestHash = createOrderRequestHash(input, sha256Hex);
    const key = `${tenant} ${line.key}`;
    const used = line.key === undefined ? undefined : keys.get(key);
    if (used !== undefined) return used.requestHash === requestHash ? 'replayed' : 'IDEMPOTENCY_KEY_REUSED';

    const { slotId: slot } = input.content;
    const live = orders.filter((order) => order.tenant === tenant && order.status !== 'cancelled');
    const taken = live.filter((order) => order.slot === slot).length;
    if (slot !== null && taken >= (places.get(`${tenant} ${slot}`) ?? 0)) return 'SLOT_UNAVAILABLE';
    const fingerprint = orderFingerprint(tenant, input.content, sha256Hex);
    if (!input.allowDuplicate && live.some((order) => order.fingerprint === fingerprint)) return 'DUPLICATE_ORDER';

    const order: ModelOrder = { tenant, fingerprint, slot, status: 'pending', version: 1 };
    orders.push(order);
    if (line.key !== undefined) keys.set(key, { requestHash, order });
    if (line.name !== undefined) named.set(line.name, order);
    return 'booked';
  }

  function move(line: Exclude<Example, CreateExample>): string {
    const wanted =
      'move' in line ? line.move : { ...line.cancel, status: 'cancelled' as const, expected_version: undefined };
    const order = named.get(wanted.order);
    if (order === undefined || order.tenant !== line.tenant) return 'NOT_FOUND';
    if (wanted.expected_version !== undefined && wanted.expected_version !== order.version) return 'VERSION_CONFLICT';
    if (wanted.status === order.status) return 'unchanged';
    if (!canTransition(order.status, wanted.status)) return 'INVALID_ORDER_STATE';
    order.status = wanted.status;
    order.version += 1;
    return 'moved';
  }
}

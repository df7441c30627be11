import type { Block, ExpectedOrder } from '../../../deploy/local/demo/agent/conversation';
import {
  blockDifferences,
  type Made,
  orderDifferences,
  passDifferences,
  recordDifferences,
} from '../../../deploy/local/demo/agent/judge';
import type { ToolAnswer } from '../../../deploy/local/demo/agent/mcp-agent';
import type { BookingDecisionWire } from '../../../domain/booking/wire';
import type { OrderWire } from '../../../domain/wire';

const by: Block = { code: 'GUARDRAIL_BLOCKED', guardrail: 'explicit_confirmation' };

function refused(over: Partial<Extract<ToolAnswer, { kind: 'refused' }>> = {}): ToolAnswer {
  return { kind: 'refused', ...by, message: 'No yes', sayNext: 'Is that right?', ...over };
}

const passed: ToolAnswer = { kind: 'done', data: { booking: { step: 'confirm_items' } } };

describe('a move that must be stopped', () => {
  test('is right when that guardrail stopped it and said how to go on', () => {
    expect(blockDifferences(by, refused())).toEqual([]);
  });

  test.each<[string, ToolAnswer]>([
    ['nothing', passed],
    ['another guardrail', refused({ guardrail: 'step_order' })],
    ['no guardrail at all', refused({ guardrail: undefined, code: 'UNAVAILABLE' })],
    ['the right guardrail with another code', refused({ code: 'STALE_CONFIRMATION' })],
    ['the right guardrail without a way on', refused({ sayNext: ' ' })],
  ])('is wrong when it was stopped by %s', (_, answer) => {
    expect(blockDifferences(by, answer)).not.toEqual([]);
  });
});

describe('a move that must pass', () => {
  test('is right when the booking is where it must be', () => {
    expect(passDifferences('confirm_items', passed)).toEqual([]);
    expect(passDifferences(undefined, { kind: 'done', data: { order: {} } })).toEqual([]);
  });

  test.each<[string, ToolAnswer]>([
    ['a refusal', refused()],
    ['a booking at another step', { kind: 'done', data: { booking: { step: 'collect_items' } } }],
    ['an answer without a booking', { kind: 'done', data: {} }],
    ['an answer without anything', { kind: 'done', data: undefined }],
  ])('is wrong with %s', (_, answer) => {
    expect(passDifferences('confirm_items', answer)).not.toEqual([]);
  });

  test('is wrong with a booking where there must be none', () => {
    expect(passDifferences(undefined, passed)).not.toEqual([]);
  });
});

describe('the records', () => {
  const made: readonly Made[] = [
    { step: 'start', words: undefined, blockedBy: undefined },
    { step: 'add_items', words: 'two rye breads', blockedBy: undefined },
    { step: 'confirm_items', words: 'yes but', blockedBy: 'explicit_confirmation' },
    { step: 'confirm_items', words: 'yes', blockedBy: undefined },
  ];
  const lines: readonly BookingDecisionWire[] = made.map(({ step, words, blockedBy }, index) => ({
    sequence: index + 1,
    step,
    decision: blockedBy === undefined ? 'accepted' : 'blocked',
    guardrail: blockedBy ?? null,
    reason: blockedBy === undefined ? null : 'reply_change',
    customer_words: words ?? null,
    shown: null,
    summary_digest: null,
    confidence: null,
    actor: 'api_key:k',
    correlation_id: 'req_1',
    occurred_at: '2026-11-24T09:30:00.123Z',
  }));

  /** The lines with one of them changed, or another one put in its place. */
  function changed(at: number, change: Partial<BookingDecisionWire>): readonly BookingDecisionWire[] {
    return lines.map((line, index) => (index === at ? { ...line, ...change } : line));
  }

  test('are right when they have every move, in order, in the words that were said', () => {
    expect(recordDifferences(made, lines)).toEqual([]);
  });

  test('are right with moves that changed nothing', () => {
    const last = { ...lines[3], sequence: 5 } as BookingDecisionWire;
    const repeated = { ...lines[0], step: 'get_summary', decision: 'repeated', sequence: 4 } as BookingDecisionWire;
    expect(recordDifferences(made, [...lines.slice(0, 3), repeated, last])).toEqual([]);
  });

  test.each<[string, readonly BookingDecisionWire[]]>([
    ['lack a move', lines.slice(0, 3)],
    [
      'lack a block',
      lines.filter(({ decision }) => decision !== 'blocked').map((line, index) => ({ ...line, sequence: index + 1 })),
    ],
    ['have a move that nobody made', [...lines, { ...(lines[3] as BookingDecisionWire), sequence: 5 }]],
    ['have a gap', changed(3, { sequence: 5 })],
    ['have other words', changed(1, { customer_words: 'two rye bread' })],
    ['have words that nobody said', changed(0, { customer_words: 'hello' })],
    ['name another guardrail', changed(2, { guardrail: 'step_order' })],
    ['let pass what was blocked', changed(2, { decision: 'accepted', guardrail: null })],
    ['are empty', []],
  ])('are wrong when they %s', (_, decisions) => {
    expect(recordDifferences(made, decisions)).not.toEqual([]);
  });
});

describe('the orders', () => {
  const expected: ExpectedOrder = {
    id: 'order-1',
    customerName: 'Ada Lovelace',
    items: [{ name: 'rye bread', quantity: 2 }],
    notes: null,
  };
  const order: OrderWire = {
    id: 'order-1',
    user_id: 'bakery-demo',
    customer_name: 'Ada Lovelace',
    customer_phone: '493055511234',
    items: [{ name: 'rye bread', quantity: 2 }],
    total_quantity: 2,
    status: 'pending',
    source: 'ai',
    notes: null,
    version: 1,
    created_at: '2026-11-24T09:30:00.123Z',
    updated_at: '2026-11-24T09:30:00.123Z',
  };

  test('are right when there is the one that was confirmed, or none where none was', () => {
    expect(orderDifferences(expected, [order])).toEqual([]);
    expect(orderDifferences(undefined, [])).toEqual([]);
  });

  test.each<[string, ExpectedOrder | undefined, readonly OrderWire[]]>([
    ['there is none', expected, []],
    ['there are two', expected, [order, { ...order, id: 'order-2' }]],
    ['there is one that nobody confirmed', undefined, [order]],
    ['it is another one', expected, [{ ...order, id: 'order-2' }]],
    ['it is for another customer', expected, [{ ...order, customer_name: 'Ada' }]],
    ['it has another quantity', expected, [{ ...order, items: [{ name: 'rye bread', quantity: 3 }] }]],
    ['it has an item more', expected, [{ ...order, items: [...order.items, { name: 'espresso', quantity: 1 }] }]],
    ['it has notes', expected, [{ ...order, notes: 'Slice it' }]],
    ['it came through another door', expected, [{ ...order, source: 'api' }]],
  ])('are wrong when %s', (_, must, found) => {
    expect(orderDifferences(must, found)).not.toEqual([]);
  });
});

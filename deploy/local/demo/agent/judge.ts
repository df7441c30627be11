import { isDeepStrictEqual } from 'node:util';
import type { BookingDecisionWire, BookingWire } from '../../../../domain/booking/wire';
import type { OrderWire } from '../../../../domain/wire';
import type { Block, ExpectedOrder, Move } from './conversation';
import type { ToolAnswer } from './mcp-agent';

/** What is wrong with the answer to a move that a guardrail must stop. */
export function blockDifferences(by: Block, answer: ToolAnswer): readonly string[] {
  if (answer.kind === 'done') return [`expected ${by.guardrail} to block it, but it passed`];
  return [
    ...(answer.guardrail === by.guardrail
      ? []
      : [`expected ${by.guardrail} to block it, but that was ${answer.guardrail ?? 'none of the guardrails'}`]),
    ...(answer.code === by.code ? [] : [`expected the code ${by.code}, got ${answer.code}`]),
    ...(answer.sayNext.trim() === '' ? ['the agent was not told how to go on'] : []),
  ];
}

/** What is wrong with the answer to a move that must be let through. */
export function passDifferences(at: BookingWire['step'] | undefined, answer: ToolAnswer): readonly string[] {
  if (answer.kind === 'refused') {
    return [
      `expected it to pass, but ${answer.guardrail ?? 'the system'} refused it: ${answer.code}: ${answer.message}`,
    ];
  }
  const step = stepOf(answer.data);
  return step === at ? [] : [`expected the booking at ${at ?? 'no step'}, found it at ${step ?? 'none'}`];
}

/** Where an answer says that the booking stands; undefined for one that does not. */
export function stepOf(data: unknown): string | undefined {
  const { booking } = (data ?? {}) as { readonly booking?: Partial<BookingWire> };
  return booking?.step;
}

/** A move as it was made, for holding the records against. */
export interface Made {
  readonly step: Move['step'];
  readonly words: string | undefined;
  readonly blockedBy: Block['guardrail'] | undefined;
}

/**
 * What is wrong with a booking's records: they must have every move, in order and without a gap, with the customer's words as
 * they were said. Moves that changed nothing are left out on both sides: a form asks for the summary once more.
 */
export function recordDifferences(made: readonly Made[], decisions: readonly BookingDecisionWire[]): readonly string[] {
  const gaps = decisions.flatMap(({ sequence }, index) =>
    sequence === index + 1 ? [] : [`line ${index + 1} of the records has the number ${sequence}`],
  );
  const kept = decisions
    .filter(({ decision }) => decision !== 'repeated')
    .map(({ step, guardrail, customer_words: words }): Made => {
      return { step, words: words ?? undefined, blockedBy: guardrail ?? undefined };
    });
  const lines = Math.max(made.length, kept.length);
  const wrong = Array.from({ length: lines }, (_, index) => {
    const [was, is] = [made[index], kept[index]];
    return isDeepStrictEqual(was, is) ? [] : [`the records have ${lineOf(is)} where ${lineOf(was)} was`];
  });
  return [...gaps, ...wrong.flat()];
}

function lineOf(line: Made | undefined): string {
  if (line === undefined) return 'nothing';
  const { step, words, blockedBy } = line;
  return [
    step,
    ...(blockedBy === undefined ? [] : [`blocked by ${blockedBy}`]),
    ...(words === undefined ? [] : [JSON.stringify(words)]),
  ].join(' ');
}

/** What is wrong with the orders that the business finds under a phone number: exactly the one that must be there. */
export function orderDifferences(expected: ExpectedOrder | undefined, found: readonly OrderWire[]): readonly string[] {
  const [order, ...more] = found;
  if (more.length > 0) return [`${found.length} orders instead of ${expected === undefined ? 'none' : 'one'}`];
  if (expected === undefined) return order === undefined ? [] : ['an order that nobody confirmed'];
  if (order === undefined) return ['no order, although one was confirmed'];
  const is = {
    id: order.id,
    customerName: order.customer_name,
    items: order.items,
    notes: order.notes,
    source: order.source,
  };
  const must = { ...expected, source: 'ai' };
  return (Object.keys(must) as (keyof typeof must)[])
    .filter((field) => !isDeepStrictEqual(is[field], must[field]))
    .map((field) => `its ${field}: expected ${JSON.stringify(must[field])}, found ${JSON.stringify(is[field])}`);
}

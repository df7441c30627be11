import { ERRORS } from '../../../domain/errors';
import type { Example, Outcome } from './example';
import type { Answer, SeenOrder } from './order-door';

export interface Judged {
  readonly outcome: Outcome;
  /** What came out otherwise than the line says; empty when all is as expected. */
  readonly differences: readonly string[];
}

/** What the demo has seen of an order under the name a line gave it. */
export type KnownOrders = ReadonlyMap<string, SeenOrder>;

/** Holds an answer against its line. `before`: the order that a move is about, as last seen. */
export function judge(example: Example, answer: Answer, before: SeenOrder | undefined, known: KnownOrders): Judged {
  const { expect } = example;
  const outcome = outcomeOf(answer, before);
  const differences: string[] = [];
  const compare = (what: string, expected: string | undefined, actual: string | undefined): void => {
    if (expected !== actual) differences.push(`${what}: expected ${expected ?? 'none'}, got ${actual ?? 'none'}`);
  };

  compare('outcome', expect.outcome, outcome);
  if (outcome === expect.outcome) {
    compare('transport status', expectedTransport(example, answer), answer.transport);
    if (expect.outcome === 'refused' && answer.kind === 'error') {
      compare('code', expect.code, answer.code);
      if (expect.of !== undefined) compare('existing order', known.get(expect.of)?.id, answer.existingOrderId);
      if (expect.field !== undefined && !answer.fields.includes(expect.field)) {
        compare('field at fault', expect.field, answer.fields.join(', ') || undefined);
      }
    } else if (expect.outcome === 'replayed' && answer.kind === 'created') {
      compare('order', known.get(expect.of)?.id, answer.order.id);
      compare('status now', expect.status, answer.currentStatus);
      // The first answer again: what happened to the order since is told apart from it.
      compare('status when created', 'pending', answer.order.status);
    } else if ((expect.outcome === 'moved' || expect.outcome === 'unchanged') && answer.kind === 'order') {
      compare('status', expect.status, answer.order.status);
    }
  } else if (answer.kind === 'error') {
    differences.push(`the API said: ${answer.code}: ${answer.message} ${answer.fields.join(', ')}`.trimEnd());
  }
  return { outcome, differences };
}

function outcomeOf(answer: Answer, before: SeenOrder | undefined): Outcome {
  switch (answer.kind) {
    case 'error':
      return 'refused';
    case 'created':
      return answer.replayed ? 'replayed' : 'booked';
    case 'order':
      return answer.order.version === before?.version ? 'unchanged' : 'moved';
  }
}

function expectedTransport(example: Example, answer: Answer): string {
  const rest = example.via === 'rest';
  if (answer.kind === 'error') return rest ? String(ERRORS[answer.code].http) : ERRORS[answer.code].grpc;
  if (!rest) return 'OK';
  return answer.kind === 'created' && !answer.replayed ? '201' : '200';
}

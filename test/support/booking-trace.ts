import type { Act } from './booking-agent';
import { type BookingReply, lineOf, type OrderLine } from './booking-door';

export interface Exchange {
  readonly act: Act;
  readonly reply: BookingReply;
}

const PLAIN_YES = new Set(['yes', 'YES!', 'I confirm']);

/**
 * The one promise of it all, checked from the outside: goes through what was sent and what was answered, and names every
 * order that no yes of the customer carries. Knows nothing of steps, guardrails or states.
 */
export function unjustified(exchanges: readonly Exchange[], orders: readonly OrderLine[]): readonly string[] {
  const made = exchanges.filter(({ act, reply }) => {
    return act.call.name === 'create_order' && reply.ok && reply.data.idempotent_replayed === false;
  });
  const problems = made.flatMap((order) => whyNot(exchanges, order));
  const keys = made.map(({ act }) => act.call.fields.idempotency_key);
  if (new Set(keys).size !== keys.length) problems.push('one confirmation made two orders');
  const sent = made.map(({ act }) => textOf(act.call.fields.payload));
  const there = orders.map((order) => textOf(order));
  if (JSON.stringify([...sent].sort()) !== JSON.stringify([...there].sort())) {
    problems.push(
      `the orders are ${JSON.stringify(there)}, and what was asked for and granted ${JSON.stringify(sent)}`,
    );
  }
  return problems;
}

/** What is missing for this order: a plain yes, to a summary of exactly this, after which nothing was changed. */
function whyNot(exchanges: readonly Exchange[], order: Exchange): readonly string[] {
  const { idempotency_key: key, payload } = order.act.call.fields;
  const content = textOf(payload);
  const before = exchanges.slice(0, exchanges.indexOf(order));
  const yes = before.find(({ act, reply }) => {
    return act.call.name === 'confirm_booking' && reply.ok && reply.data.idempotency_key === key;
  });
  if (yes === undefined) return [`no yes gave the key of ${content}`];
  const problems: string[] = [];
  const { customer_reply: reply, summary_digest: digest, declined } = yes.act.call.fields;
  if (!PLAIN_YES.has(String(reply)) || declined === true) problems.push(`${String(reply)} made ${content}`);
  const own = before.filter(({ act }) => act.booking === yes.act.booking);
  const shown = own.find(({ act, reply: answer }) => {
    return act.call.name === 'get_summary' && answer.ok && answer.data.summary_digest === digest;
  });
  if (shown?.reply.ok !== true) problems.push(`nobody was shown the summary of ${content}`);
  else if (textOf(shown.reply.data.summary) !== content) problems.push(`shown was not ${content}`);
  for (const { act, reply: answer } of own.slice(own.indexOf(yes) + 1)) {
    const { draft } = (answer.ok ? (answer.data.booking ?? {}) : {}) as { readonly draft?: OrderLine };
    if (draft !== undefined && textOf(draft) !== content)
      problems.push(`${act.call.name} changed ${content} after the yes`);
  }
  return problems;
}

function textOf(order: unknown): string {
  return JSON.stringify(lineOf(order as Partial<OrderLine>));
}

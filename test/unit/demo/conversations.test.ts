import { createAgentAccount } from '../../../deploy/local/demo/agent/agent-account';
import type { Conversation } from '../../../deploy/local/demo/agent/conversation';
import { CONVERSATIONS } from '../../../deploy/local/demo/agent/conversations';
import type { McpAgent, ToolAnswer } from '../../../deploy/local/demo/agent/mcp-agent';
import { hold } from '../../../deploy/local/demo/agent/stage';
import { unfit } from '../../../deploy/local/demo/agent/unfit-tenant';
import type { BookingCallName, BookingDoor } from '../../support/booking-door';
import { openDomainDoor } from '../../support/domain-door';

const PHONE = '+49 30 5551 0420';
const CALLS: Readonly<Record<string, BookingCallName>> = {
  start_booking: 'start',
  add_items: 'add_items',
  confirm_items: 'confirm_items',
  set_customer: 'set_customer',
  get_summary: 'get_summary',
  confirm_booking: 'confirm_booking',
  create_order: 'create_order',
  abandon_booking: 'abandon_booking',
};

/** An agent that talks to the booking rules themselves, with nothing between. */
function agentOf(door: BookingDoor, typed: string | undefined): McpAgent {
  return {
    async call(tool, input): Promise<ToolAnswer> {
      const name = CALLS[tool];
      if (name === undefined) throw new Error(`${tool} is no tool`);
      const { booking_id: bookingId, ...rest } = input as { booking_id?: string };
      const inForm = name === 'confirm_booking' && !('customer_reply' in rest) ? { customer_reply: typed } : {};
      const contract = name === 'create_order' ? { version: '1.0', action: 'create_order' } : {};
      const reply = await door.send({
        name,
        ...(bookingId === undefined ? {} : { bookingId }),
        fields: { ...contract, ...rest, ...inForm },
      });
      if (reply.ok) return { kind: 'done', data: name === 'create_order' ? created(input, reply.data) : reply.data };
      const { guardrail, ask } = reply.details as { guardrail?: string; ask?: string | null };
      return {
        kind: 'refused',
        code: reply.code,
        guardrail,
        message: JSON.stringify(reply.fields),
        sayNext: ask ?? 'Ask',
      };
    },
    close: async () => {},
  };
}

/** The door tells only whether there is an order. */
function created(input: Readonly<Record<string, unknown>>, data: Readonly<Record<string, unknown>>) {
  const { items, ...payload } = input.payload as { items: { quantity: number }[] };
  const at = '2026-11-24T09:30:00.123Z';
  const total = items.reduce((sum, { quantity }) => sum + quantity, 0);
  const order = { id: 'the order', items, total_quantity: total, status: 'pending', version: 1, created_at: at };
  return { ...data, order: { notes: null, ...payload, ...order, updated_at: at }, current_status: 'pending' };
}

async function held(conversation: Conversation, change: (agent: McpAgent) => McpAgent = (agent) => agent) {
  const door = openDomainDoor();
  const lines: string[] = [];
  const account = createAgentAccount(
    (line) => void lines.push(line),
    (_, text) => text,
  );
  const agent = change(agentOf(door, conversation.typed));
  const result = await hold(conversation, PHONE, { userId: door.userId, agent, account });
  return { ...result, door, lines };
}

const [clean, skips, changes, invents] = CONVERSATIONS as readonly [Conversation, ...Conversation[]] as readonly [
  Conversation,
  Conversation,
  Conversation,
  Conversation,
];

describe('the conversations of the demo', () => {
  test('are four', () => {
    expect(CONVERSATIONS).toHaveLength(4);
  });

  test.each<[string, Conversation, readonly string[]]>([
    [clean.title, clean, []],
    [
      skips.title,
      skips,
      [
        'step_order',
        'explicit_confirmation',
        'step_order',
        'confirmation_key',
        'explicit_confirmation',
        'explicit_confirmation',
      ],
    ],
    [changes.title, changes, ['live_confirmation', 'confirmed_content', 'current_summary']],
    [invents.title, invents, ['item_grounding', 'quantity_grounding', 'customer_grounding']],
  ])('come out as scripted: %s', async (_, conversation, blocks) => {
    const { differences, outcome, blocks: met, made, door, lines } = await held(conversation);
    expect(differences).toEqual([]);
    expect(met).toEqual(blocks);
    const orders = await door.orders();
    const { order, bookingId } = outcome ?? {};
    expect(orders.map(({ items, customer_name, notes }) => ({ items, customer_name, notes }))).toEqual(
      order === undefined ? [] : [{ items: order.items, customer_name: order.customerName, notes: order.notes }],
    );
    // The rules alone keep no record of what is refused before there is an order.
    const kept = made.filter(({ step, blockedBy }) => step !== 'create_order' || blockedBy === undefined);
    expect(kept.map(({ step, blockedBy }) => ({ step, guardrail: blockedBy ?? null }))).toEqual(
      (await door.decisions(bookingId ?? ''))
        .filter(({ decision }) => decision !== 'repeated')
        .map(({ step, guardrail }) => ({ step, guardrail })),
    );
    for (const guardrail of blocks) expect(lines.join('\n')).toContain(`✋ ${guardrail}`);
  });

  /** The call of this number is answered otherwise than the system would. */
  function lie(at: number, answer: ToolAnswer) {
    return (agent: McpAgent): McpAgent => {
      let calls = 0;
      return {
        ...agent,
        call: async (tool, input) => {
          calls += 1;
          return calls === at ? answer : agent.call(tool, input);
        },
      };
    };
  }

  test('tell when a guardrail lets something pass, and go no further', async () => {
    const { differences, outcome, lines } = await held(skips, lie(3, { kind: 'done', data: { booking: {} } }));
    expect(differences).toEqual(['expected step_order to block it, but it passed']);
    expect(outcome).toBeUndefined();
    expect(lines.at(-1)).toContain('✗ expected step_order');
  });

  test('tell when a guardrail stops what it should not', async () => {
    const no: ToolAnswer = {
      kind: 'refused',
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'step_order',
      message: 'No',
      sayNext: 'x',
    };
    const { differences, outcome } = await held(clean, lie(2, no));
    expect(differences).toEqual(['expected it to pass, but step_order refused it: GUARDRAIL_BLOCKED: No']);
    expect(outcome).toBeUndefined();
  });

  test('tell when there is no answer', async () => {
    const { differences } = await held(clean, (agent) => ({ ...agent, call: () => Promise.reject(new Error('gone')) }));
    expect(differences).toEqual(['no answer: gone']);
  });

  test('tell when a repeated call makes another order', async () => {
    const { differences } = await held(changes, (agent) => {
      let orders = 0;
      return {
        ...agent,
        async call(tool, input) {
          const answer = await agent.call(tool, input);
          if (tool !== 'create_order' || answer.kind !== 'done') return answer;
          orders += 1;
          const { order, ...data } = answer.data as { order: object };
          return { kind: 'done', data: { ...data, order: { ...order, id: `order ${orders}` } } };
        },
      };
    });
    expect(differences).toEqual(['the order of the repeated call: expected order 1, got order 2']);
  });
});

describe('a tenant', () => {
  const on = { user_id: 'bakery-demo', order_booking_enabled: true };
  const item = { name: 'Bagel', aliases: [], active: true };

  test('is fit for the conversations as it is seeded', () => {
    expect(unfit(on, { items: [] })).toBeUndefined();
  });

  test('is told what to set when it is not', () => {
    expect(unfit({ ...on, order_booking_enabled: false }, { items: [] })).toContain('PUT /api/capabilities');
    expect(unfit(on, { items: [item] })).toContain('PUT /api/catalogue');
  });
});

describe('the account', () => {
  function told(tell: (account: ReturnType<typeof createAgentAccount>) => void): readonly string[] {
    const lines: string[] = [];
    tell(
      createAgentAccount(
        (line) => void lines.push(line),
        (_, text) => text,
      ),
    );
    return lines;
  }

  test('puts several lines under each other, and lets nothing that was said move the cursor', () => {
    const lines = told((account) => {
      account.customer('\u001b[2Jyes\u0007');
      account.agent('line one\nline two');
    });
    expect(lines).toEqual(['  customer    “\\x1b[2Jyes\\x07”', '  agent says  line one', '              line two']);
  });

  test('shows what stopped a move, and what is to be asked', () => {
    const move = { tool: 'confirm_booking', step: 'confirm_booking', does: 'goes on', input: {} } as const;
    const lines = told((account) =>
      account.move(move, {
        kind: 'refused',
        code: 'GUARDRAIL_BLOCKED',
        guardrail: 'explicit_confirmation',
        message: 'No yes',
        sayNext: '2 × rye bread\nIs this right?',
      }),
    );
    expect(lines).toEqual([
      '  agent       confirm_booking  goes on',
      '              ✋ explicit_confirmation  GUARDRAIL_BLOCKED: No yes',
      '                 what next: … Is this right?',
    ]);
  });
});

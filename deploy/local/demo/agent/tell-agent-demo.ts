import { bookingWorkflowId } from '../../../../workflows/booking-contract';
import { StackError } from '../../stack-error';
import { workflowUrl } from '../account';
import type { DemoEnv } from '../demo-env';
import { type DemoRun, demoRun } from '../demo-run';
import type { Call } from '../order-door';
import type { Paint } from '../paint';
import { createAgentAccount } from './agent-account';
import type { Conversation } from './conversation';
import { CONVERSATIONS } from './conversations';
import { orderDifferences, recordDifferences } from './judge';
import { connectAgent } from './mcp-agent';
import { readDecisions, readOrdersOf } from './read-records';
import { type Held, hold } from './stage';
import { unfitTenant } from './unfit-tenant';

/** Clocks of the demo and of a database elsewhere may differ by this much before the list misses an order. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Holds the four conversations over MCP, as an agent with nothing but an `ai:book` key, reads back as the business what came of
 * them, and prints the account of it.
 * @returns 0 if everything came out as scripted, else 1.
 * @throws StackError when they cannot be held here, with what to do about it.
 */
export async function tellAgentDemo(
  env: DemoEnv,
  { print, paint }: { readonly print: (line: string) => void; readonly paint: Paint },
): Promise<0 | 1> {
  const { mcpUrl } = env;
  if (mcpUrl === undefined) {
    throw new StackError('The stack that is running speaks no MCP: stop it, and start it again.');
  }
  const startedAt = new Date();
  const run = demoRun(startedAt);
  const account = createAgentAccount(print, paint);
  const { userId, apiKey } = env.tenants.demo;
  const call: Call = { apiKey, correlationId: `demo-agent-${run.suffix}` };

  const holdOverMcp = async (conversation: Conversation, phone: string): Promise<Held> => {
    const { typed } = conversation;
    const fill =
      typed === undefined
        ? undefined
        : (shown: string) => {
            account.form(shown, typed);
            return typed;
          };
    const agent = await connectAgent(mcpUrl, env.tenants.demo.aiKey, fill);
    try {
      return await hold(conversation, phone, { userId, agent, account });
    } finally {
      await agent.close();
    }
  };

  const unfit = await unfitTenant(env.apiUrl, call);
  if (unfit !== undefined) throw new StackError(unfit);

  print(`An agent speaks MCP with ${mcpUrl} for ${userId}; its key may book, and nothing else.`);
  const blocks: string[] = [];
  let differences = 0;
  for (const [index, conversation] of CONVERSATIONS.entries()) {
    account.conversation(index + 1, conversation);
    const phone = phoneOf(run, index + 1);
    const held = await holdOverMcp(conversation, phone);
    const found = await readBack(held, phone);
    account.differences(found);
    differences += held.differences.length + found.length;
    blocks.push(...held.blocks);
  }

  print('');
  print(paint('bold', `${CONVERSATIONS.length} conversations, ${blocks.length} blocks: ${counted(blocks)}`));
  if (differences === 0) print(paint('green', 'Everything came out as scripted.'));
  else print(paint('red', `${differences} things came out otherwise than scripted; they are marked above.`));
  return differences === 0 ? 0 : 1;

  /** What the business finds, and what of it is not as it must be. A conversation that broke off has said so already. */
  async function readBack({ outcome, made }: Held, phone: string): Promise<readonly string[]> {
    if (outcome === undefined) return [];
    const since = new Date(startedAt.getTime() - CLOCK_TOLERANCE_MS);
    const orders = await readOrdersOf(env.apiUrl, call, phone, since);
    const decisions = await readDecisions(env.apiUrl, call, outcome.bookingId);
    account.order(orders[0]);
    account.records(decisions);
    if (env.temporalUiUrl !== undefined) {
      account.link(workflowUrl(env.temporalUiUrl, bookingWorkflowId(userId, outcome.bookingId)));
    }
    return [...orderDifferences(outcome.order, orders), ...recordDifferences(made, decisions)];
  }
}

/** Another one in every conversation, and in every run of the next hours: the same order from the same phone is a duplicate. */
function phoneOf({ phoneEnd }: DemoRun, conversation: number): string {
  return `+49 30 555${conversation} ${phoneEnd}`;
}

/** "2 × step_order, 1 × catalogue", in the order of their first use. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(', ');
}

import type { AgentAccount } from './agent-account';
import type { Conversation, Stage } from './conversation';
import type { Made } from './judge';
import { blockDifferences, passDifferences } from './judge';
import type { McpAgent, ToolAnswer } from './mcp-agent';

/** A conversation that was held, and what came of it. */
export interface Held {
  readonly conversation: Conversation;
  /** Every move that the booking's records must have, in order. */
  readonly made: readonly Made[];
  /** The guardrails that stopped something, in order. */
  readonly blocks: readonly string[];
  /** What the conversation came to; undefined when it broke off. */
  readonly outcome: Awaited<ReturnType<Conversation['play']>> | undefined;
  /** What came out otherwise than it is scripted. */
  readonly differences: readonly string[];
}

/** Ends a conversation that cannot go on as scripted. */
class BrokenOff extends Error {}

/** Holds one conversation. What comes out otherwise than scripted is a difference, not an exception. */
export async function hold(
  conversation: Conversation,
  phone: string,
  options: { readonly userId: string; readonly agent: McpAgent; readonly account: AgentAccount },
): Promise<Held> {
  const { agent, account, userId } = options;
  const made: Made[] = [];
  const blocks: string[] = [];
  const differences: string[] = [];

  const judge = (found: readonly string[]): void => {
    if (found.length === 0) return;
    differences.push(...found);
    account.differences(found);
    throw new BrokenOff();
  };

  const stage: Stage = {
    userId,
    customer(words) {
      account.customer(words);
      return words;
    },
    agent(words) {
      if (words !== null) account.agent(words);
    },
    async passes(move, schema, at) {
      const answer = await agent.call(move.tool, move.input);
      account.move(move, answer);
      judge(passDifferences(at, answer));
      if (move.repeats !== true) made.push({ step: move.step, words: move.words, blockedBy: undefined });
      return schema.parse(dataOf(answer));
    },
    async blocked(move, by) {
      const answer = await agent.call(move.tool, move.input);
      account.move(move, answer);
      judge(blockDifferences(by, answer));
      blocks.push(by.guardrail);
      if (by.recorded !== false) made.push({ step: move.step, words: move.words, blockedBy: by.guardrail });
    },
    same(what, expected, actual) {
      judge(expected === actual ? [] : [`${what}: expected ${expected}, got ${actual}`]);
    },
  };

  try {
    const outcome = await conversation.play(stage, phone);
    return { conversation, made, blocks, differences, outcome };
  } catch (error) {
    if (!(error instanceof BrokenOff)) {
      const found = [`no answer: ${error instanceof Error ? error.message : String(error)}`];
      differences.push(...found);
      account.differences(found);
    }
    return { conversation, made, blocks, differences, outcome: undefined };
  }
}

function dataOf(answer: ToolAnswer): unknown {
  return answer.kind === 'done' ? answer.data : undefined;
}

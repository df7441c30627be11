import type { BookingDecisionWire } from '../../../../domain/booking/wire';
import type { OrderWire } from '../../../../domain/wire';
import { padCells } from '../display-width';
import type { Paint } from '../paint';
import type { Conversation, Move } from './conversation';
import { stepOf } from './judge';
import type { ToolAnswer } from './mcp-agent';

/** Whoever speaks stands in the first column. */
const SPEAKER_CELLS = 12;
const TOOL_CELLS = 17;
const STEP_CELLS = 17;
const GUARDRAIL_CELLS = 23;

/** Prints what happens in the conversations, as it happens. */
export interface AgentAccount {
  conversation(number: number, conversation: Conversation): void;
  customer(words: string): void;
  /** What the agent says to the customer. */
  agent(words: string): void;
  /** What the MCP client shows to the customer in a form, and what the customer types into it. */
  form(shown: string, typed: string): void;
  move(move: Move, answer: ToolAnswer): void;
  order(order: OrderWire | undefined): void;
  records(decisions: readonly BookingDecisionWire[]): void;
  /** Where an operator sees the conversation. */
  link(url: string): void;
  differences(found: readonly string[]): void;
}

export function createAgentAccount(print: (line: string) => void, paint: Paint): AgentAccount {
  /** A speaker, and under each other whatever lines there are to say. */
  const speak = (speaker: string, text: string, colour: (line: string) => string = (line) => line): void => {
    for (const [index, line] of text.split('\n').entries()) {
      print(`  ${padCells(index === 0 ? speaker : '', SPEAKER_CELLS)}${colour(line)}`);
    }
  };
  const below = (text: string): void => speak('', text);

  return {
    conversation(number, { title, about }) {
      print('');
      print(paint('bold', `${number}. ${title}`));
      print(paint('dim', `   ${about}`));
      print('');
    },
    customer: (words) => speak('customer', `“${printable(words)}”`, (line) => paint('cyan', line)),
    agent: (words) => speak('agent says', printable(words)),
    form(shown, typed) {
      speak('form shows', printable(shown));
      speak('customer', `types “${printable(typed)}”`, (line) => paint('cyan', line));
    },
    move(move, answer) {
      const call = `${padCells(move.tool, TOOL_CELLS)}${move.does}`;
      if (answer.kind === 'done') {
        const at = stepOf(answer.data);
        speak('agent', `${call}${at === undefined ? '' : paint('dim', ` → ${at}`)}`);
        return;
      }
      speak('agent', call);
      below(paint('yellow', `✋ ${answer.guardrail ?? 'refused'}  ${answer.code}: ${printable(answer.message)}`));
      // Of what has several lines, the question is the last one.
      const lines = printable(answer.sayNext).split('\n');
      below(paint('dim', `   what next: ${lines.length === 1 ? '' : '… '}${lines.at(-1)}`));
    },
    order(order) {
      print('');
      if (order === undefined) {
        speak('orders', 'none');
        return;
      }
      const items = order.items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');
      speak('orders', paint('green', printable(`one: ${items}, for ${order.customer_name}, ${order.status}`)));
      below(paint('dim', `source ${order.source}, id ${order.id}`));
    },
    records(decisions) {
      for (const [index, { sequence, step, decision, guardrail, customer_words }] of decisions.entries()) {
        const words = customer_words === null ? '' : paint('cyan', `“${printable(customer_words)}”`);
        const mark = padCells(guardrail ?? decision, GUARDRAIL_CELLS);
        const line = `${String(sequence).padStart(2)}  ${padCells(step, STEP_CELLS)}${guardrail === null ? mark : paint('yellow', mark)}${words}`;
        speak(index === 0 ? 'records' : '', line.trimEnd());
      }
    },
    link: (url) => speak('', paint('dim', url)),
    differences(found) {
      for (const difference of found) below(paint('red', `✗ ${printable(difference)}`));
    },
  };
}

/** Control characters would move the terminal's cursor or worse; only line feeds are let through. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

import type { DemoEnv } from './demo-env';
import { padCells } from './display-width';
import type { Example, Outcome } from './example';
import type { Colour, Paint } from './paint';
import type { BookedOrder, Played } from './play';

const SHOPS: Readonly<Record<Example['shop'], string>> = {
  bakery: 'The bakery',
  pizzeria: 'The pizzeria',
  parts: 'The parts shop',
};

const COLOURS: Readonly<Record<Outcome, Colour>> = {
  booked: 'green',
  replayed: 'cyan',
  refused: 'yellow',
  moved: 'blue',
  unchanged: 'dim',
};

/** Where the second and third lines of an entry begin: below the verdict. */
const INDENT = ' '.repeat(13);
const OUTCOME_CELLS = 11;
const CODE_CELLS = 24;

/** Prints the account of a run, entry by entry, in columns. */
export function createAccount(print: (line: string) => void, paint: Paint, env: DemoEnv) {
  let shop: Example['shop'] | undefined;

  return {
    entry(played: Played, order: BookedOrder | undefined): void {
      const { example, number, outcome, differences } = played;
      if (example.shop !== shop) {
        shop = example.shop;
        print('');
        print(paint('bold', `${SHOPS[shop]} (${example.tenant}: ${env.tenants[example.tenant].userId})`));
      }
      const mark = differences.length === 0 ? paint('green', '✓') : paint('red', '✗');
      const verdict = paint(
        outcome === undefined ? 'red' : COLOURS[outcome],
        padCells(outcome ?? 'failed', OUTCOME_CELLS),
      );
      const line = `${mark} ${String(number).padStart(3)}  ${example.via.toUpperCase()}  ${verdict}`;
      // What customers wrote comes last: right-to-left text then leaves the columns before it alone.
      print(`${line}${padCells(codeOf(played), CODE_CELLS)}${printable(subjectOf(played))}`);
      print(`${INDENT}${example.why}`);
      if (outcome === 'booked' && order !== undefined && env.temporalUiUrl !== undefined) {
        print(`${INDENT}${paint('dim', workflowUrl(env.temporalUiUrl, order.workflowId))}`);
      }
      for (const difference of differences) print(`${INDENT}${paint('red', difference)}`);
    },
  };
}

/** The page of an order's workflow in the Temporal UI. */
export function workflowUrl(temporalUiUrl: string, workflowId: string): string {
  return `${temporalUiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`;
}

/** "23 booked, 5 replayed, …", in the order of the outcomes' first use. */
export function countOutcomes(played: readonly Played[]): string {
  const counts = new Map<string, number>();
  for (const { outcome = 'without an answer' } of played) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

function codeOf({ answer }: Played): string {
  if (answer === undefined) return '';
  switch (answer.kind) {
    case 'error':
      return answer.code;
    case 'created':
      return answer.replayed ? `now ${answer.currentStatus}` : 'pending';
    case 'order':
      return `${answer.order.status}, v${answer.order.version}`;
  }
}

function subjectOf({ example, customer }: Played): string {
  if ('move' in example) return `to ${example.move.status} · ${customer}`;
  if ('cancel' in example) return `cancel · ${customer}`;
  const items = example.create.items.map(({ name, quantity }) => `${quantity} × ${name.trim()}`).join(', ');
  return `${items || 'nothing'} · ${customer.trim() || '(no name)'}`;
}

/** Control characters would move the terminal's cursor or worse. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

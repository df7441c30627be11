import { ask, type Question } from '../booking/ask';
import type { BookingLocale } from '../booking/booking';
import { blocked, type Verdict } from './block';
import type { Guardrail } from './guardrail';

interface Refusal {
  readonly guardrail: Extract<Guardrail, 'item_grounding' | 'quantity_grounding' | 'catalogue'>;
  readonly field: 'name' | 'name_words' | 'quantity' | 'quantity_words';
  /** For the agent. Without words of the customer: it is logged and shown where those must not be. */
  readonly message: string;
  readonly question: Question['kind'] | null;
}

const REFUSALS = {
  name_words_missing: {
    guardrail: 'item_grounding',
    field: 'name_words',
    message: "Send the customer's own words that name the item; ask if there are none",
    question: 'which_items',
  },
  name_not_said: {
    guardrail: 'item_grounding',
    field: 'name_words',
    message: 'No message of the customer has these words; quote what the customer wrote, or ask',
    question: 'which_items',
  },
  name_differs: {
    guardrail: 'item_grounding',
    field: 'name',
    message: "The name says more, less or other than the customer's words; name the item as the customer did, or ask",
    question: 'which_item',
  },
  names_nothing: {
    guardrail: 'item_grounding',
    field: 'name',
    message: 'This names no item; ask which one is meant',
    question: 'which_item',
  },
  several_items: {
    guardrail: 'item_grounding',
    field: 'name_words',
    message: 'These words name more than one thing; send each item by itself, with its own words',
    question: 'which_item',
  },
  part_of_another_item: {
    guardrail: 'item_grounding',
    field: 'name_words',
    message: 'These words are part of what another item is called; send each item once, with all of its words',
    question: 'which_item',
  },
  negated: {
    guardrail: 'item_grounding',
    field: 'name_words',
    message: 'The customer said no to this item; ask what is wanted',
    question: 'which_items',
  },
  already_in_draft: {
    guardrail: 'item_grounding',
    field: 'name_words',
    message: 'An item of the draft stands on these words already; remove it first if it is to be another',
    question: null,
  },
  not_in_catalogue: {
    guardrail: 'catalogue',
    field: 'name',
    message: 'The catalogue has no such item; ask for one that it has',
    question: 'which_item',
  },
  close_match: {
    guardrail: 'catalogue',
    field: 'name',
    message: 'The catalogue has items that are close, and close is not equal; ask which of the candidates is meant',
    question: 'which_item',
  },
  not_available: {
    guardrail: 'catalogue',
    field: 'name',
    message: 'This item cannot be ordered now; ask for another one',
    question: 'which_item',
  },
  quantity_out_of_range: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message: 'A quantity is a whole number from 1 to 10,000',
    question: 'how_many',
  },
  quantity_not_said: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message: 'The customer said no number of this item; ask how many',
    question: 'how_many',
  },
  quantity_words_missing: {
    guardrail: 'quantity_grounding',
    field: 'quantity_words',
    message: "Send the customer's own words that say how many",
    question: 'how_many',
  },
  quantity_words_not_said: {
    guardrail: 'quantity_grounding',
    field: 'quantity_words',
    message: 'The message has no such words; quote the number as the customer wrote it, or ask how many',
    question: 'how_many',
  },
  number_of_other_words: {
    guardrail: 'quantity_grounding',
    field: 'quantity_words',
    message: "These are not the words that say how many of this item; quote this item's number, or ask how many",
    question: 'how_many',
  },
  other_quantity: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message: "The customer's number with this item is another one; send that, or ask for name and number together",
    question: 'how_many_exactly',
  },
  words_between: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message:
      'Between the number and these words stands something else; quote all words that name the item, or ask which one',
    question: 'which_item',
  },
  quantity_unclear: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message:
      'What stands with this item is no plain number (a range, a choice, a guess, a price, a time); ask how many',
    question: 'how_many',
  },
  several_numbers: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message: 'The message has several numbers for this item; ask how many',
    question: 'how_many_exactly',
  },
  quantity_corrected: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message: 'The customer went on to another number; ask how many',
    question: 'how_many_exactly',
  },
  number_taken: {
    guardrail: 'quantity_grounding',
    field: 'quantity_words',
    message: 'This number belongs to another item; ask for this item by name together with its number',
    question: 'how_many_exactly',
  },
  unclear_answer: {
    guardrail: 'quantity_grounding',
    field: 'quantity',
    message:
      'The customer named this item without a number, and this message is no plain answer to how many; ask again',
    question: 'how_many_exactly',
  },
} as const satisfies Readonly<Record<string, Refusal>>;

export type ItemRefusal = keyof typeof REFUSALS;

export interface RefusedItem {
  /** The claim's place in the request. */
  readonly index: number;
  /** What the item is called in the question. */
  readonly name: string;
  readonly locale: BookingLocale;
  readonly candidates?: readonly string[];
}

export function refuseItem<T = never>(reason: ItemRefusal, item: RefusedItem): Verdict<T> {
  const { guardrail, field, message, question }: Refusal = REFUSALS[reason];
  return blocked({
    guardrail,
    reason,
    message,
    ask: question === null ? null : ask(item.locale, questionOf(question, item)),
    field: `items[${item.index}].${field}`,
    ...(item.candidates === undefined ? {} : { candidates: item.candidates }),
  });
}

function questionOf(kind: Question['kind'], { name, candidates = [] }: RefusedItem): Question {
  switch (kind) {
    case 'how_many':
    case 'how_many_exactly':
      return { kind, name };
    case 'which_item':
      return { kind, candidates };
    default:
      return { kind: 'which_items' };
  }
}

import type { FoundNumber } from './find-numbers';
import { endsThere, type NumberedText } from './own-number';

/** What a message is looked over for corrections with. */
export interface CorrectionContext {
  readonly text: NumberedText & { readonly numbers: readonly FoundNumber[] };
  /** Whether an item of the step stands on the number that begins at a token. */
  readonly isCounted: (start: number) => boolean;
  /** How many of it are claimed, where a token belongs to the name of an item of the step. */
  readonly claimedAt: (index: number) => number | undefined;
}

/** How far back a word that takes something back is looked for: "actually let's make that 3". */
const CORRECTION_REACH = 5;
/** And an item that a number by itself may be meant of: "2 margheritas please. Oh, sorry, so just 3". */
const ITEM_REACH = 12;

/** Where the last correction begins: every number before it may be the corrected one. */
export function correctedFrom(context: CorrectionContext): number {
  const { text, isCounted } = context;
  const last = text.numbers.findLast(
    (number) => replaces(number, text) || (!isCounted(number.start) && corrects(number, context)),
  );
  return last?.start ?? -1;
}

/**
 * "2 margheritas, no, 3 funghi": what comes is in place of what was before. After an "and" it would be beside it; and in "2 samosas
 * onions no 3 teas", as Hindi has it, the no is to the onions.
 */
function replaces({ start }: FoundNumber, { tokens, words, isName }: NumberedText): boolean {
  let isTakenBack = false;
  let isParted = false;
  for (let index = start - 1; index >= Math.max(0, start - CORRECTION_REACH); index -= 1) {
    const token = tokens[index];
    if (token === undefined || token.kind === 'digits') return false;
    if (token.kind !== 'word') {
      if (isTakenBack) isParted = true;
      // "Make" asks for things as well.
    } else if (words.corrections.has(token.bare) && !words.answers.has(token.bare)) {
      isTakenBack = true;
    } else if (!isTakenBack || !words.answers.has(token.bare)) {
      return isTakenBack && !words.and.has(token.bare) && (isParted || isName(index));
    }
  }
  return isTakenBack && isParted;
}

/** "…, no, 3", "… actually make it 3 please", "…, 3 rather": a number of nothing else, and a word beside it that takes something back. */
function corrects(number: FoundNumber, context: CorrectionContext): boolean {
  const { tokens, words } = context.text;
  const isCorrection = (index: number) => tokens[index]?.kind === 'word' && words.corrections.has(tokens[index].bare);
  const isCorrected = isCorrection(number.end);
  if (!isCorrected && !endsThere(number.end, false, context.text)) return false;
  const small = [words.answers, words.fillers, words.counters, words.closing, words.but, words.and];
  for (let index = number.start - 1; index >= Math.max(0, number.start - CORRECTION_REACH); index -= 1) {
    const token = tokens[index];
    if (token?.kind !== 'word') continue;
    if (isCorrection(index)) return true;
    if (!small.some((set) => set.has(token.bare))) break;
  }
  return followsItem(number, isCorrected, context);
}

/**
 * "Two margheritas. Hmm, three": another number, in a breath of its own, after an item of the step and nothing else. Before
 * digits a full stop parts no breaths: "Main St. 5".
 */
function followsItem(number: FoundNumber, isCorrected: boolean, { text, claimedAt }: CorrectionContext): boolean {
  const { tokens, words, isName } = text;
  if (number.value === undefined || number.article || number.verb || number.bound) return false;
  if (countsLines(number, text)) return false;
  const isDigits = tokens[number.start]?.kind === 'digits';
  const own = [words.fillers, words.counters, words.closing, words.but, words.and, words.corrections];
  let isPaused = false;
  for (let index = number.start - 1; index >= Math.max(0, number.start - ITEM_REACH); index -= 1) {
    const token = tokens[index];
    if (token === undefined || token.kind === 'digits') return false;
    if (isName(index)) {
      const claimed = claimedAt(index);
      return claimed !== undefined && claimed !== number.value && (isPaused || isCorrected);
    }
    if (token.kind !== 'word') {
      if (token.text === '.' && isDigits && !isPaused) return false;
      isPaused = true;
    } else if (!own.some((set) => set.has(token.bare))) {
      // "We are 4" is made of words of an answer as well, and is none.
      if (!(isPaused && words.answers.has(token.bare))) return false;
    }
  }
  return false;
}

/** "2." at the beginning of a line that goes on. */
function countsLines({ start, end }: FoundNumber, { tokens }: NumberedText): boolean {
  const ending = tokens[end];
  return tokens[start - 1]?.kind === 'break' && /^[.)]$/.test(ending?.text ?? '') && tokens[end + 1] !== undefined;
}

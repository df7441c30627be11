import { phraseEndingAt, phraseStartingAt, type SmallWords } from './grammar/small-words';
import { afterPause, type NumberedText } from './own-number';
import type { Token } from './tokens';

/** How far a "no" reaches: "no margherita", "don't want to order any of your margheritas". */
const REACH = 5;
/** And one that says no to a wish: "I don't want 2 funghi and 3 margheritas". */
const REACH_OF_VERB = 9;
const PARTS_STATEMENTS = /^[.,;:!?()[\]؟؛،।…]$/;

/**
 * Whether the customer says no to what stands from `start` to `end` (with its number, if it has one of its own). A no to
 * something else must not reach it: in "2 margheritas without onions and 3 funghi" only the onions are not wanted.
 */
export function isNegated(start: number, end: number, hasNumber: boolean, text: NumberedText): boolean {
  return isNegatedBefore(start, hasNumber, text) || isNegatedAfter(end, text) || isTakenBack(end, text);
}

/** "2 margheritas, cancel that", "2 margheritas. Never mind!" */
function isTakenBack(end: number, text: NumberedText): boolean {
  const { tokens, words } = text;
  const phraseEnd = phraseStartingAt(words.takebacks, tokens, afterPause(end, text));
  if (phraseEnd === undefined) return false;
  const next = tokens[phraseEnd];
  return next === undefined || next.kind !== 'word' || words.closing.has(next.bare);
}

function isNegatedBefore(start: number, hasNumber: boolean, { tokens, words }: NumberedText): boolean {
  let crossedAnd = false;
  let distance = 0;
  for (let index = start - 1; index >= 0 && distance < REACH_OF_VERB; index -= 1) {
    const token = tokens[index];
    if (token === undefined || token.kind === 'break') return false;
    if (token.kind === 'mark') {
      if (PARTS_STATEMENTS.test(token.text)) return false;
      continue;
    }
    if (words.but.has(token.bare)) return false;
    if (phraseEndingAt(words.cancellations, tokens, index) !== undefined) return true;
    const beginning = phraseEndingAt(words.negations, tokens, index);
    if (beginning !== undefined) {
      const ofVerb = isVerb(tokens[index + 1], words) || isVerb(tokens[beginning - 1], words);
      if (ofVerb) return true;
      return distance < REACH && !(crossedAnd && hasNumber);
    }
    if (words.and.has(token.bare)) crossedAnd = true;
    distance += 1;
  }
  return false;
}

/** "want" and the like: what a wish is made with. */
function isVerb(token: Token | undefined, words: SmallWords): boolean {
  return token?.kind === 'word' && words.answers.has(token.bare);
}

/** "Margherita nicht", "मार्गरीटा नहीं चाहिए": at the end of the statement, or it says no to what comes next. */
function isNegatedAfter(end: number, text: NumberedText): boolean {
  const { tokens, words, startingAt } = text;
  const isSmall = (token: Token | undefined) =>
    token?.kind === 'word' && (words.fillers.has(token.bare) || words.closing.has(token.bare));
  // "2 margheritas? No, …"
  const isAsked = /^[?؟]$/.test(tokens[end]?.text ?? '');
  let index = isAsked ? end + 1 : end;
  for (let skipped = 0; skipped < 3; skipped += 1) {
    const phraseEnd = phraseStartingAt(words.negationsAfter, tokens, index);
    if (phraseEnd !== undefined) {
      const next = tokens[phraseEnd];
      const isEnd =
        next === undefined || next.kind !== 'word' || words.closing.has(next.bare) || words.answers.has(next.bare);
      return isEnd || startingAt.has(phraseEnd);
    }
    if (!isSmall(tokens[index])) return false;
    index += 1;
  }
  return false;
}

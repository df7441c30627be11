import { ask } from '../booking/ask';
import type { BookingLocale, CustomerMessage } from '../booking/booking';
import { parsePhone } from '../phone';
import { blocked, type Verdict } from './block';
import { phraseEndingAt, smallWords } from './grammar/small-words';
import { type Token, tokenise } from './tokens';

/**
 * Whether name and phone number are words of the customer, in any message that is kept.
 *
 * The name's words have to stand next to each other in one message, in this order; accents, case and hyphens may differ, since
 * they make no other person of it. Of the phone number every digit has to be there, and no digit more.
 */
export function groundCustomer(
  claim: { readonly name: string; readonly phone: string },
  context: { readonly locale: BookingLocale; readonly messages: readonly CustomerMessage[] },
): Verdict<undefined> {
  const { locale } = context;
  const newestFirst = context.messages.toReversed();
  if (!newestFirst.some(({ text }) => saysName(text, claim.name, locale))) {
    return blocked({
      guardrail: 'customer_grounding',
      reason: 'name_not_said',
      message: 'No message of the customer has this name; send it as the customer wrote it, or ask for it',
      ask: ask(locale, { kind: 'which_name' }),
      field: 'customer_name',
    });
  }
  if (!newestFirst.some(({ text }) => saysPhone(text, claim.phone))) {
    return blocked({
      guardrail: 'customer_grounding',
      reason: 'phone_not_said',
      message: 'No message of the customer has this phone number, digit for digit; ask for it',
      ask: ask(locale, { kind: 'which_phone' }),
      field: 'customer_phone',
    });
  }
  return { ok: true, value: undefined };
}

/** What may stand within a name: "Anna-Lena", "O’Neill", "J. Smith". Anything else parts two names. */
const WITHIN_NAME = /^[-'.]$/;

function saysName(text: string, name: string, locale: BookingLocale): boolean {
  const wanted = tokenise(name).filter(isWord);
  if (!wanted.some(({ text: word }) => /\p{L}/u.test(word))) return false;
  const { negations } = smallWords(locale);
  const tokens = tokenise(text);
  return tokens.some((token, start) => {
    if (token.bare !== wanted[0]?.bare || !isWord(token)) return false;
    // "not Anna": whoever it is, it is not her.
    if (phraseEndingAt(negations, tokens, start - 1) !== undefined) return false;
    let at = start;
    return wanted.every(({ bare }, index) => {
      if (index > 0) at += 1;
      while (index > 0 && tokens[at]?.kind === 'mark' && WITHIN_NAME.test(tokens[at]?.text ?? '')) at += 1;
      const found = tokens[at];
      return found !== undefined && isWord(found) && found.bare === bare;
    });
  });
}

function isWord({ kind }: Token): boolean {
  return kind === 'word' || kind === 'digits';
}

/**
 * What a phone number is written with: digits of any script, its punctuation, spaces, and what chat apps hide in it. Not the
 * override that turns digits around: what is seen then is another number.
 */
const PHONE_RUN =
  /(?:[\p{Nd}\p{Zs}\p{Pd}\t()+./\u2212\uFF08\uFF09\uFF0B\uFF0E\uFF0F]|(?!\u202E)\p{Default_Ignorable_Code_Point})+/gu;
/** Ends a number, and may begin another one: a full stop, or a slash or hyphen with spaces around it. */
const SENTENCE_END = /[.\uFF0E](?=\p{Zs})/gu;
const BETWEEN_NUMBERS = /\p{Zs}[/\uFF0F\p{Pd}]\p{Zs}/gu;
const LETTER = /^\p{L}/u;
const ENDS_WITH_LETTER = /\p{L}$/u;

function saysPhone(text: string, phone: string): boolean {
  for (const match of text.matchAll(PHONE_RUN)) {
    const run = match[0];
    // "AB0301234567" is the number of something else.
    const written = text.slice(match.index + run.length, match.index + run.length + 2);
    const writtenBefore = text.slice(Math.max(0, match.index - 2), match.index);
    if (LETTER.test(written) && /\p{Nd}$/u.test(run)) continue;
    if (ENDS_WITH_LETTER.test(writtenBefore) && /^[\p{Nd}+]/u.test(run)) continue;
    for (const sentence of run.split(SENTENCE_END)) {
      if (isNumber(sentence, phone)) return true;
      // Two numbers in a row: only where together they are none.
      if (!parsePhone(sentence).ok && sentence.split(BETWEEN_NUMBERS).some((part) => isNumber(part, phone)))
        return true;
    }
  }
  return false;
}

function isNumber(written: string, phone: string): boolean {
  const read = parsePhone(written.trim());
  return read.ok && read.value === phone;
}

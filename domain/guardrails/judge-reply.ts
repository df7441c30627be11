import type { BookingLocale } from '../booking/booking';

/** What a customer's reply to "is this right?" is. Only `yes` books. */
export type ReplyVerdict = 'yes' | 'no' | 'change' | 'question' | 'unclear' | 'empty';

export interface ReplyRules {
  readonly locale: BookingLocale;
  /** The tenant's own phrases that count as a yes, beside those of the locale. */
  readonly ownPhrases: readonly string[];
}

/** Judges a reply, word for word as the customer gave it. */
export function judgeReply(_reply: string, _rules: ReplyRules): ReplyVerdict {
  return 'unclear';
}

/** Why a phrase cannot be one of a tenant's own for yes; undefined when it can. */
export function ownPhraseProblem(_phrase: string): string | undefined {
  return undefined;
}

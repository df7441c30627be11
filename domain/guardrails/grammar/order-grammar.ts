/**
 * The small words of a language that decide what a number or a name in an order belongs to. Each text is a list of
 * words with spaces between them, or, where it says phrases, with commas. Accents may be left out: they are not compared.
 */
export interface OrderGrammar {
  /** Say nothing of their own: articles, "of". A name may have them or not, and they may stand between a number and its item. */
  readonly fillers: string;
  /** "With", "in": a name may have them or not. */
  readonly joiners: string;
  /** May stand between a number and its item besides fillers: "two portions of", "two more". */
  readonly counters: string;
  /** Begin the next item. */
  readonly and: string;
  /** Part two statements. */
  readonly but: string;
  /** Leave a choice: "a margherita or two". */
  readonly or: string;
  /** Between two numbers: a range, or a product. */
  readonly to: string;
  /** Before two numbers with an "and": a range as well. */
  readonly between: string;
  /** Phrases. Before a number: it is a guess, a bound, a time, or a number of something else. */
  readonly notAmounts: string;
  /** Before or after a number: it is no whole one. */
  readonly fractions: string;
  /** Phrases. After an item and before a number of nothing else: the item's own number is not the last word. */
  readonly amends: string;
  /** Phrases. After an item: the number is not its own, but each person's. */
  readonly each: string;
  /** Phrases. May stand after "margherita, two". */
  readonly closers: string;
  /** All that an answer to "how many?" may hold beside the number, the fillers, counters and closers. */
  readonly answers: string;
  /** Take back what was said, when a number follows. */
  readonly corrections: string;
  /** Name nothing that could be booked: "the usual". */
  readonly nothing: string;
  /** Phrases. Before an item: it is not wanted. */
  readonly negations: string;
  /** Phrases. Before an item: it is to be taken out, and so is what is listed after it. */
  readonly cancellations: string;
  /** Phrases. Right after an item: it is not wanted. */
  readonly negationsAfter: string;
  /** Phrases. After an item: all of it is taken back. */
  readonly takebacks: string;
  /** Number words that mean something else at the end of a sentence. */
  readonly verbsAtEnd: string;
  /** Stems of verbs: a word of `verbsAtEnd` behind one is a part of it, wherever it stands. */
  readonly verbStems: string;
  /** After such a word at the end of a sentence: it is a number all the same. */
  readonly wants: string;
}

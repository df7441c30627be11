/**
 * What speakers of a language say to "is this right?": phrases in lower case with commas between them, spelled with every
 * accent; how hurried people leave them out is for the reader to know.
 *
 * The last four hold for every booking, whatever its language. So no word of them may be part of a yes in another
 * language: Hindi "na" (no) is not here, since it is German "na klar" (of course) as well, nor is "la" (Arabic: no).
 */
export interface LocaleWords {
  /** Yes, or "I confirm", or "I agree": each is enough by itself. */
  readonly affirmations: string;
  /** Go along, but do not say yes: "right", "okay", "go ahead". Good beside an affirmation, never without one. */
  readonly assents: string;
  /** Say nothing: "please", "thank you". */
  readonly courtesies: string;
  /** Begin a reply. Behind a yes they ask whether anybody is there: "yes, hello". */
  readonly greetings: string;
  readonly negations: string;
  /** Take back, add, restrict, doubt or put off. */
  readonly changes: string;
  readonly questions: string;
  /** Hold such a word and mean something else by it: "why not". No yes either. */
  readonly idioms: string;
}

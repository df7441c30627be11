/** What is said to a customer in one language. `yes` is the word that the customer is asked to answer. */
export interface BookingTexts {
  readonly yes: string;
  /** What the customer's own words stand between. */
  readonly quotes: readonly [open: string, close: string];
  readonly whichItems: string;
  readonly whichItem: string;
  /** `list` holds the candidates, in quotation marks. */
  readonly whichOf: (list: string) => string;
  readonly howMany: (name: string) => string;
  readonly howManyExactly: (name: string) => string;
  readonly itemsRight: string;
  readonly nameAndPhone: string;
  readonly whichName: string;
  readonly whichPhone: string;
  readonly summaryAgain: string;
  readonly whatToChange: string;
  readonly or: string;
  readonly summary: {
    readonly title: string;
    readonly total: string;
    readonly name: string;
    readonly phone: string;
    readonly notes: string;
    readonly question: (yes: string) => string;
  };
}

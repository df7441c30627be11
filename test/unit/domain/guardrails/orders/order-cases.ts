/** An item as an agent claims it: its name, how many, and the customer's words for both. */
export type Claim = readonly [name: string, quantity: number, nameWords: string, quantityWords: string];

/** What customers of one language write, and what agents make of it. */
export interface OrderCases {
  /** A message with claims that stand on it. */
  readonly good: readonly (readonly [message: string, ...claims: Claim[]])[];
  /** A message with a claim that does not, and the word for why not. */
  readonly bad: readonly (readonly [message: string, claim: Claim, reason: string])[];
}

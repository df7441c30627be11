/** An item as an agent claims that the customer asked for it. */
export interface ClaimedItem {
  readonly name: string;
  readonly quantity: number;
  /** The customer's own words that name the item, and those that say how many; empty when there are none. */
  readonly nameWords: string;
  readonly quantityWords: string;
}

/** A step that an agent wants to take, checked for its form and nothing else. */
export type StepRequest =
  | { readonly action: 'add_items'; readonly customerMessage: string; readonly items: readonly ClaimedItem[] }
  | { readonly action: 'remove_item'; readonly itemId: string }
  | { readonly action: 'confirm_items'; readonly customerReply: string }
  | {
      readonly action: 'set_customer';
      readonly customerMessage: string;
      readonly customerName: string;
      readonly customerPhone: string;
      readonly notes: string | null;
    }
  | { readonly action: 'get_summary' }
  | {
      readonly action: 'confirm_booking';
      readonly summaryDigest: string;
      readonly customerReply: string;
      /** The customer was asked in a form, and turned it down or closed it without a word. There only where it is so. */
      readonly declined?: true;
    }
  | { readonly action: 'abandon_booking'; readonly reason: string | null };

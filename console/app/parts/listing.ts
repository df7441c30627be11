/** What is known of a list: a beginning of it, and how to ask for more. */
export interface Listing<Row> {
  readonly rows: readonly Row[];
  /** Empty when all is there. */
  readonly nextPageToken: string;
}

/** The list with the next page behind it. What came in another way meanwhile is not doubled. */
export function withPage<Row extends { readonly id: string }>(list: Listing<Row>, page: Listing<Row>): Listing<Row> {
  const known = new Set(list.rows.map(({ id }) => id));
  return {
    rows: [...list.rows, ...page.rows.filter(({ id }) => !known.has(id))],
    nextPageToken: page.nextPageToken,
  };
}

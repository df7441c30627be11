import { type Action, useAction } from './use-action';
import { type Loaded, useLoad } from './use-load';

/** What is known of a list: a beginning of it, and how to ask for more. */
export interface Listing<Row> {
  readonly rows: readonly Row[];
  /** Empty when all is there. */
  readonly nextPageToken: string;
}

export interface PageAsked {
  /** Empty for the first one. */
  readonly pageToken: string;
  readonly signal?: AbortSignal;
}

export interface Pages<Row> extends Loaded<Listing<Row>> {
  /** Loads the next page behind what is there. */
  readonly more: Action<[]>;
}

/**
 * How much of what is shown is loaded anew at once, at most. More keeps an owner waiting, who has gone down by so many pages;
 * less takes rows away that somebody may be looking at.
 */
const KEPT_ROWS = 1_000;

/** A list that is loaded page by page. Loading it anew brings as much as is there: whoever has gone down to older rows stays there. */
export function usePages<Row extends { readonly id: string }>(
  key: string,
  load: (asked: PageAsked) => Promise<Listing<Row>>,
): Pages<Row> {
  const list: Loaded<Listing<Row>> = useLoad(key, async (signal) => {
    const wanted = Math.min(list.data?.rows.length ?? 0, KEPT_ROWS);
    let all = await load({ pageToken: '', signal });
    while (all.rows.length < wanted && all.nextPageToken !== '') {
      all = withPage(all, await load({ pageToken: all.nextPageToken, signal }));
    }
    return all;
  });
  const more = useAction(async () => {
    const pageToken = list.data?.nextPageToken ?? '';
    if (pageToken === '') return;
    const page = await load({ pageToken });
    // Unless the list was loaded anew meanwhile and ends elsewhere: between its end and this page there would be rows missing.
    list.change((now) => (now.nextPageToken === pageToken ? withPage(now, page) : now));
  });
  return { ...list, more };
}

/** The list with the next page behind it. What came in another way meanwhile is not doubled. */
export function withPage<Row extends { readonly id: string }>(list: Listing<Row>, page: Listing<Row>): Listing<Row> {
  const known = new Set(list.rows.map(({ id }) => id));
  return {
    rows: [...list.rows, ...page.rows.filter(({ id }) => !known.has(id))],
    nextPageToken: page.nextPageToken,
  };
}

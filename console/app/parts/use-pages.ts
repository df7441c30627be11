import { useRef } from 'preact/hooks';
import { useMessages } from '../shell/messages';
import { type Listing, withPage } from './listing';
import { type Action, useAction } from './use-action';
import { type Loaded, useLoad } from './use-load';

export interface PageAsked {
  /** Empty for the first one. */
  readonly pageToken: string;
  readonly signal?: AbortSignal;
}

export interface Pages<Row> extends Loaded<Listing<Row>> {
  /** Loads the next page behind what is there. */
  readonly more: Action<[]>;
  /** What to show: while another list is on its way the one before it, `isStale`, so that nothing flickers at every key of a search. */
  readonly shown: Listing<Row> | undefined;
  readonly isStale: boolean;
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
  const { announce } = useMessages();
  const more = useAction(async () => {
    const pageToken = list.data?.nextPageToken ?? '';
    if (pageToken === '') return;
    const page = await load({ pageToken });
    // Unless the list was loaded anew meanwhile and ends elsewhere: between its end and this page there would be rows missing.
    list.change((now) => (now.nextPageToken === pageToken ? withPage(now, page) : now));
    announce(`${page.rows.length} more loaded`);
  });
  const before = useRef<Listing<Row>>();
  if (list.data !== undefined) before.current = list.data;
  const isStale = list.data === undefined && list.error === undefined && before.current !== undefined;
  return { ...list, more, shown: isStale ? before.current : list.data, isStale };
}

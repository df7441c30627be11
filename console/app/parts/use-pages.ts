import { useRef } from 'preact/hooks';
import { useMessages } from '../shell/messages';
import { type Listing, withPage } from './listing';
import { type Action, useAction } from './use-action';
import { type Begins, type Loaded, useLoad } from './use-load';

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

type Change<Row> = (list: Listing<Row>) => Listing<Row>;

/** A list that is loaded page by page. Loading it anew brings as much as is there: whoever has gone down to older rows stays there. */
export function usePages<Row extends { readonly id: string }>(
  key: string,
  load: (asked: PageAsked) => Promise<Listing<Row>>,
  begins?: Begins,
): Pages<Row> {
  /** The changes since the page under way was asked for; undefined while none is, and when the list was loaded anew meanwhile. */
  const changes = useRef<Change<Row>[]>();
  const loadAll = async (signal: AbortSignal): Promise<Listing<Row>> => {
    changes.current = undefined;
    const wanted = Math.min(list.data?.rows.length ?? 0, KEPT_ROWS);
    let all = await load({ pageToken: '', signal });
    while (all.rows.length < wanted && all.nextPageToken !== '') {
      all = withPage(all, await load({ pageToken: all.nextPageToken, signal }));
    }
    return all;
  };
  const list: Loaded<Listing<Row>> = useLoad(key, loadAll, begins);
  const { announce } = useMessages();
  const more = useAction(async () => {
    const pageToken = list.data?.nextPageToken ?? '';
    if (pageToken === '') return;
    let since: Change<Row>[];
    let page: Listing<Row>;
    try {
      do {
        since = [];
        changes.current = since;
        page = await load({ pageToken });
        // What a list is loaded anew for was missed, and this page may be older than that.
      } while (changes.current !== since);
    } finally {
      changes.current = undefined;
    }
    // Unless the list ends elsewhere since it was loaded anew: between its end and this page there would be rows missing.
    list.change((now) => {
      if (now.nextPageToken !== pageToken) return now;
      // What came meanwhile was of no row that was there, and the page may be older.
      return since.reduce((changed, update) => update(changed), withPage(now, page));
    });
    announce(`${page.rows.length} more loaded`);
  });
  const change = (update: Change<Row>): void => {
    changes.current?.push(update);
    list.change(update);
  };
  const before = useRef<Listing<Row>>();
  if (list.data !== undefined) before.current = list.data;
  const isStale = list.data === undefined && list.error === undefined && before.current !== undefined;
  return { ...list, change, more, shown: isStale ? before.current : list.data, isStale };
}

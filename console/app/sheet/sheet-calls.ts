import { type Api, PATIENT_TIMEOUT_MS } from '../api/client';
import type { Page, SheetAttempt, SheetStatus } from '../api/wire';
import type { Listing } from '../parts/listing';
import type { PageAsked } from '../parts/use-pages';

export async function getSheetStatus(api: Api, signal?: AbortSignal): Promise<SheetStatus> {
  return (await api.get<{ sheet: SheetStatus }>('/api/sheets/status', undefined, signal)).sheet;
}

export async function listAttempts(api: Api, { pageToken, signal }: PageAsked): Promise<Listing<SheetAttempt>> {
  const query = { page_size: 20, page_token: pageToken };
  const page = await api.get<Page<'attempts', SheetAttempt>>('/api/sheets/attempts', query, signal);
  return { rows: page.attempts, nextPageToken: page.next_page_token ?? '' };
}

/** Syncs what is not in the sheet yet; `all`: every order, as if none were. */
export async function resyncSheet(api: Api, all: boolean): Promise<SheetStatus> {
  const body = all ? { all } : {};
  return (await api.send<{ sheet: SheetStatus }>('POST', '/api/sheets/resync', body, PATIENT_TIMEOUT_MS)).sheet;
}

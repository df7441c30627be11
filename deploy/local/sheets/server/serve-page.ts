import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { projectRoot } from '../../project-root';
import type { Quota } from '../google/quota';
import type { Spreadsheet } from '../model/spreadsheet';
import { type GridView, grid, gridView } from '../page/grid';
import type { Html } from '../page/html';
import { listPage } from '../page/list-page';
import { type PanelView, panel } from '../page/panel';
import { sheetPage, tabBar } from '../page/sheet-page';
import { sendJson } from './answer';
import type { CallLog } from './call-log';
import type { ModelControl } from './model-control';
import type { Store } from './store';

export interface PageParts {
  readonly control: ModelControl;
  readonly store: Store;
  readonly log: CallLog;
  readonly quota: Quota;
  readonly clock: () => number;
}

/** Nothing from elsewhere, nothing inline: a cell's text that got into the page as markup could still not do anything. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const ASSETS: Readonly<Record<string, string>> = {
  'sheet.css': 'text/css; charset=utf-8',
  'sheet.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
/** A stream that is silent for long is closed by what lies between; this keeps it. */
const HEARTBEAT_MS = 15_000;

/** Answers a request for a page, or a part of one. Pages only show: what changes anything is under `/_model`. */
export function servePage(parts: PageParts, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://sheets');
  const notThere = (): void => sendJson(response, { status: 404, body: { error: 'no such page' }, headers: HEADERS });
  if (request.method !== 'GET') {
    sendJson(response, { status: 405, body: { error: 'pages are only read' }, headers: { ...HEADERS, allow: 'GET' } });
    return;
  }
  if (pathname === '/') {
    sendHtml(response, listPage(parts.control.spreadsheets()));
    return;
  }
  const asset = /^\/assets\/([a-z.]+)$/.exec(pathname)?.[1] ?? '';
  if (Object.hasOwn(ASSETS, asset)) {
    const file = readFileSync(join(projectRoot(), 'deploy', 'local', 'sheets', 'page', asset));
    response.writeHead(200, { ...HEADERS, 'content-type': ASSETS[asset] }).end(file);
    return;
  }
  const [, id = '', part] = /^\/spreadsheets\/([A-Za-z0-9_-]+)(?:\/(parts|events))?$/.exec(pathname) ?? [];
  const spreadsheet = parts.store.spreadsheet(id);
  const view = spreadsheet && gridView(spreadsheet, query);
  if (spreadsheet === undefined || view === undefined) notThere();
  else if (part === 'events') follow(parts, id, response);
  else if (part === 'parts')
    sendJson(response, { status: 200, body: drawn(parts, spreadsheet, view), headers: HEADERS });
  else sendHtml(response, sheetPage(view, panelView(parts, spreadsheet)));
}

/** What a page replaces when something happened, as markup. */
function drawn(parts: PageParts, spreadsheet: Spreadsheet, view: GridView): object {
  return {
    revision: spreadsheet.revision,
    grid: grid(view).markup,
    tabs: tabBar(spreadsheet, view).markup,
    panel: panel(panelView(parts, spreadsheet)).markup,
  };
}

function panelView({ control, store, log, quota, clock }: PageParts, spreadsheet: Spreadsheet): PanelView {
  const concerns = ({ match }: PanelView['faults'][number]): boolean =>
    match.spreadsheet_id === undefined || match.spreadsheet_id === spreadsheet.id;
  return {
    spreadsheet,
    faults: control.faults().filter(concerns),
    calls: log.all().filter((call) => call.spreadsheetId === spreadsheet.id),
    accounts: [...store.accounts().keys()],
    limits: quota.limits(),
    used: quota.used,
    now: clock(),
  };
}

/** Server-sent events that say only that there is news: what it is, the page asks for. */
function follow({ store, log }: PageParts, id: string, response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
  const tell = (about: string | undefined): void => {
    if (about === id) response.write('event: news\ndata: {}\n\n');
  };
  const unfollow = [store.onChange(tell), log.onAdd(({ spreadsheetId }) => tell(spreadsheetId))];
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  response.write(':\n\n');
  response.once('close', () => {
    clearInterval(heartbeat);
    for (const end of unfollow) end();
  });
}

function sendHtml(response: ServerResponse, { markup }: Html): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(markup);
}

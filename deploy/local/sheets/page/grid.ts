import { columnLetters } from '../api/grid-range';
import { enteredText, shownText } from '../model/cell';
import { type Spreadsheet, type Tab, usedColumns, usedRows } from '../model/spreadsheet';
import { type Html, html } from './html';

export interface GridView {
  readonly tab: Tab;
  /** From 0. */
  readonly page: number;
}

/** More rows at once make every change of a busy sheet slow to draw. */
const ROWS_A_PAGE = 200;
const SPARE_ROWS = 12;
const LEAST_ROWS = 30;
const LEAST_COLUMNS = 12;
/** What a cell draws of its text; the line above the grid has all of it. */
const SHOWN_CHARACTERS = 300;

/** The tab and page that a query asks for, or the nearest that exist. The tab "Orders" comes first: it is what people look for. */
export function gridView(spreadsheet: Spreadsheet, query: URLSearchParams): GridView | undefined {
  const asked = query.get('tab') ?? 'Orders';
  const tab = spreadsheet.tabs.find(({ title }) => title === asked) ?? spreadsheet.tabs[0];
  if (tab === undefined) return undefined;
  const page = Number(query.get('page') ?? 0);
  return { tab, page: Number.isInteger(page) ? Math.min(Math.max(page, 0), pages(tab) - 1) : 0 };
}

/** The grid of one tab: what a page replaces when the sheet changes. */
export function grid({ tab, page }: GridView): Html {
  const used = usedRows(tab);
  const columns = Math.min(tab.columnCount, Math.max(LEAST_COLUMNS, usedColumns(tab) + 1));
  const from = page * ROWS_A_PAGE;
  const last = page === pages(tab) - 1;
  const to = last ? Math.min(tab.rowCount, Math.max(used + SPARE_ROWS, from + LEAST_ROWS)) : from + ROWS_A_PAGE;
  // The header stays in sight on every page.
  const rows = [...(from > 0 ? [0] : []), ...Array.from({ length: to - from }, (_, index) => from + index)];
  return html`<div class="grid-scroll">
<table role="grid" aria-label="${tab.title}" aria-rowcount="${tab.rowCount}" aria-colcount="${tab.columnCount}" data-tab="${tab.title}" data-page="${page}" data-columns="${tab.columnCount}">
<thead><tr><th class="corner"><span class="unseen">Row</span></th>${Array.from({ length: columns }, (_, column) => html`<th scope="col" data-letter="${column}">${columnLetters(column)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => gridRow(tab, row, columns))}</tbody>
</table>
${
  used === 0 &&
  html`<div class="empty over"><h2>Nothing on this sheet yet</h2><p>The first order that is synced writes the header and its row. You can type here as well.</p></div>`
}
</div>
${pages(tab) > 1 && pager(tab, page)}`;
}

function gridRow(tab: Tab, row: number, columns: number): Html {
  const cells = Array.from({ length: columns }, (_, column) => {
    const cell = tab.rows[row]?.[column];
    const [shown, entered] = [shownText(cell), enteredText(cell)];
    const short = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
    const kind =
      cell?.entered === undefined
        ? ''
        : 'numberValue' in cell.entered
          ? 'number'
          : 'formulaValue' in cell.entered
            ? 'formula'
            : '';
    return html`<td role="gridcell" tabindex="-1" data-row="${row}" data-column="${column}"${kind !== '' && html` class="${kind}"`}${entered !== short && html` data-entered="${entered}"`}>${short}</td>`;
  });
  const isHeader = row === 0 && usedRows(tab) > 0;
  return html`<tr${isHeader && html` class="header"`}><th scope="row">${row + 1}</th>${cells}</tr>`;
}

function pager(tab: Tab, page: number): Html {
  const link = (to: number, text: string): Html =>
    to < 0 || to >= pages(tab)
      ? html`<span class="quiet">${text}</span>`
      : html`<a href="?tab=${encodeURIComponent(tab.title)}&amp;page=${to}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages">${link(page - 1, 'Earlier rows')}<span>Page ${page + 1} of ${pages(tab)}</span>${link(page + 1, 'Later rows')}</nav>`;
}

function pages(tab: Tab): number {
  return Math.max(1, Math.ceil(usedRows(tab) / ROWS_A_PAGE));
}

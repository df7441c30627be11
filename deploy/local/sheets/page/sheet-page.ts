import type { Spreadsheet } from '../model/spreadsheet';
import { frame, mark } from './frame';
import { type GridView, grid } from './grid';
import { type Html, html } from './html';
import { type PanelView, panel } from './panel';

/** `/spreadsheets/<id>`: one spreadsheet, live. */
export function sheetPage(view: GridView, about: PanelView): Html {
  const { spreadsheet } = about;
  return frame(
    spreadsheet.title,
    html`<header class="bar">
  <a class="brand" href="/" aria-label="All spreadsheets">${mark()}</a>
  <div class="names"><h1>${spreadsheet.title}</h1><p class="quiet"><code>${spreadsheet.id}</code></p></div>
  <p class="live lost" data-live role="status"><span>Connecting…</span></p>
</header>
<main class="sheet" data-spreadsheet="${spreadsheet.id}" data-revision="${spreadsheet.revision}">
<div class="work">
${toolbar()}
<div class="entry"><output class="place" data-place aria-label="Selected cell">A1</output>
<input data-entry aria-label="Content of the selected cell" autocomplete="off" spellcheck="false" maxlength="50001"></div>
<div class="grid" data-grid>${grid(view)}</div>
${tabBar(spreadsheet, view)}
</div>
<aside class="panel" data-panel aria-label="Model controls">${panel(about)}</aside>
</main>
<p class="notice" data-notice role="status" aria-live="polite" hidden></p>
<dialog class="ask" data-ask><form method="dialog"><label for="answer" data-question></label><input id="answer" autocomplete="off" maxlength="100">
<div class="buttons"><button value="cancel" formnovalidate>Cancel</button><button class="strong" value="ok">Save</button></div></form></dialog>
<noscript><p class="notice">This page needs JavaScript to follow and to change the sheet.</p></noscript>`,
  );
}

/** `name`: for a label that says nothing when it is read out. */
interface Tool {
  readonly action: string;
  readonly label: string;
  readonly name?: string;
}

const TOOLS: readonly (readonly [about: string, tools: readonly Tool[]])[] = [
  [
    'Sort',
    [
      { action: 'sort_up', label: 'A → Z' },
      { action: 'sort_down', label: 'Z → A' },
    ],
  ],
  [
    'Row',
    [
      { action: 'row_above', label: 'Insert above' },
      { action: 'row_below', label: 'Insert below' },
      { action: 'delete_row', label: 'Delete' },
    ],
  ],
  [
    'Column',
    [
      { action: 'column_left', label: 'Insert left' },
      { action: 'column_right', label: 'Insert right' },
      { action: 'move_left', label: '←', name: 'Move left' },
      { action: 'move_right', label: '→', name: 'Move right' },
      { action: 'delete_column', label: 'Delete' },
    ],
  ],
];

/** Each works on the selected cell's row or column. */
function toolbar(): Html {
  return html`<div class="tools" role="toolbar" aria-label="Change the sheet">${TOOLS.map(
    ([about, tools]) =>
      html`<div class="tool-group"><span class="about" aria-hidden="true">${about}</span>${tools.map(
        ({ action, label, name = label }) =>
          html`<button type="button" data-tool="${action}" title="${about}: ${name}" aria-label="${about}: ${name}">${label}</button>`,
      )}</div>`,
  )}</div>`;
}

/** The tabs of a spreadsheet; replaced with the grid. */
export function tabBar(spreadsheet: Spreadsheet, { tab }: GridView): Html {
  return html`<nav class="tabs" data-tabs aria-label="Tabs"><ul>${spreadsheet.tabs.map(
    ({ title }) =>
      html`<li><a href="?tab=${encodeURIComponent(title)}"${title === tab.title && html` aria-current="page"`}>${title}</a></li>`,
  )}</ul><div class="tab-tools"><button type="button" data-tool="rename_tab">Rename tab</button><button type="button" data-tool="delete_tab">Delete tab</button></div></nav>`;
}

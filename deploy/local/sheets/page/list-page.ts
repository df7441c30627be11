import { type Spreadsheet, usedRows } from '../model/spreadsheet';
import { frame, mark } from './frame';
import { type Html, html } from './html';

/** `/`: all spreadsheets of the model. */
export function listPage(spreadsheets: readonly Spreadsheet[]): Html {
  return frame(
    'Spreadsheets',
    html`<header class="bar">
  <span class="brand">${mark()}</span>
  <div class="names"><h1>Spreadsheets</h1><p class="quiet">Everything this model holds</p></div>
</header>
<main class="list">
${
  spreadsheets.length === 0
    ? html`<div class="empty"><h2>No spreadsheet yet</h2><p>The local stack makes one for each demo tenant when it starts. Tests make their own.</p></div>`
    : html`<ul class="cards">${spreadsheets.map(card)}</ul>`
}
</main>`,
  );
}

function card({ id, title, tabs, sharedWith }: Spreadsheet): Html {
  const rows = tabs.reduce((sum, tab) => sum + usedRows(tab), 0);
  return html`<li><a class="card" href="/spreadsheets/${id}">
<span class="card-title">${title}</span>
<span class="quiet">${tabs.map((tab) => tab.title).join(', ')}</span>
<span class="quiet">${rows === 0 ? 'empty' : `${rows} ${rows === 1 ? 'row' : 'rows'}`} · ${
    sharedWith.length === 0 ? 'shared with nobody' : `shared with ${sharedWith.length}`
  }</span>
<code>${id}</code>
</a></li>`;
}

import type { CallKind, QuotaLimits } from '../google/quota';
import type { Spreadsheet } from '../model/spreadsheet';
import type { LoggedCall } from '../server/call-log';
import type { ActiveFault, Fault } from '../server/fault';
import { type Html, html } from './html';

export interface PanelView {
  readonly spreadsheet: Spreadsheet;
  readonly faults: readonly ActiveFault[];
  /** Newest last. */
  readonly calls: readonly LoggedCall[];
  readonly accounts: readonly string[];
  readonly limits: QuotaLimits;
  readonly used: (kind: CallKind, account: string) => number;
  /** By the clock of the calls. */
  readonly now: number;
}

/** What can be made to fail by hand; the value is the fault as the model's own API takes it. */
const OFFERED: readonly (readonly [label: string, fault: Fault])[] = [
  ['Quota used up (429)', { do: 'refuse', status: 429 }],
  ['Quota used up, try in 20 s (429)', { do: 'refuse', status: 429, retry_after_seconds: 20 }],
  ['Google is down (503)', { do: 'refuse', status: 503 }],
  ['Google has an error (500)', { do: 'refuse', status: 500 }],
  ['Not signed in (401)', { do: 'refuse', status: 401 }],
  ['No permission (403)', { do: 'refuse', status: 403 }],
  ['Written, but the answer is lost', { do: 'drop_after_commit' }],
  ['Connection lost before anything is done', { do: 'drop_before' }],
  ['Slow answer (10 s)', { do: 'drip', over_ms: 10_000 }],
  ['No answer at all', { do: 'hang' }],
];
const SHOWN_CALLS = 12;

/** Beside the grid: faults, sharing, quota and the last calls. What a page replaces whenever a call was made. */
export function panel({ spreadsheet, faults, calls, accounts, limits, used, now }: PanelView): Html {
  const { sharedWith, viewers = [] } = spreadsheet;
  const known = [...new Set([...accounts, ...sharedWith, ...viewers])];
  return html`<section aria-labelledby="fail-title">
<h2 id="fail-title">Make Google fail</h2>
<form data-fail>
<label for="fault">What happens</label>
<select id="fault" name="fault">${OFFERED.map(([label, fault]) => html`<option value="${JSON.stringify(fault)}">${label}</option>`)}</select>
<div class="two"><div><label for="times">To</label>
<select id="times" name="times"><option value="1">the next call</option><option value="3">the next 3 calls</option><option value="6">the next 6 calls</option><option value="">all calls</option></select></div>
<button class="strong" type="submit">Let it fail</button></div>
</form>
${
  faults.length === 0
    ? html`<p class="state ok">All calls are answered as usual.</p>`
    : html`<ul class="faults">${faults.map(
        (fault) =>
          html`<li><span>${describe(fault.fault)}<br><small class="quiet">${fault.times === null ? 'all calls' : fault.times === 1 ? 'the next call' : `the next ${fault.times} calls`}</small></span><button type="button" data-heal="${fault.id}">Take back</button></li>`,
      )}</ul>`
}
</section>
<section aria-labelledby="share-title">
<h2 id="share-title">Shared with</h2>
${
  known.length === 0
    ? html`<p class="quiet">There is no account yet.</p>`
    : html`<ul class="accounts">${known.map((email) => {
        const isViewer = viewers.includes(email);
        const shared = isViewer || sharedWith.includes(email);
        const state = shared
          ? `${isViewer ? 'may only view · ' : ''}last minute: ${used('read', email)} of ${limits.readsPerAccount} reads, ${used('write', email)} of ${limits.writesPerAccount} writes`
          : 'not shared with it';
        return html`<li><span class="email">${email}</span><small class="quiet">${state}</small><button type="button" data-share="${shared ? 'unshare' : 'share'}" data-email="${email}">${shared ? 'Stop sharing' : 'Share'}</button></li>`;
      })}</ul>`
}
</section>
<section aria-labelledby="calls-title">
<h2 id="calls-title">Last calls</h2>
${
  calls.length === 0
    ? html`<p class="quiet">Nobody has called yet.</p>`
    : html`<ol class="calls">${[...calls]
        .reverse()
        .slice(0, SHOWN_CALLS)
        .map((call) => callLine(call, now))}</ol>`
}
</section>`;
}

function callLine({ at, method, status, rowsRead, rowsWritten, committed, fault }: LoggedCall, now: number): Html {
  const rows = rowsWritten > 0 ? `${rowsWritten} written` : rowsRead > 0 ? `${rowsRead} read` : '';
  const outcome = status === undefined ? 'no answer' : String(status);
  return html`<li><span class="call">${method}</span><span class="chip ${status !== undefined && status < 400 ? 'ok' : 'bad'}">${outcome}</span>
<small class="quiet">${ago(now - at)}${rows && ` · ${rows}`}${status !== 200 && committed && ' · done all the same'}${fault !== undefined && ' · injected'}</small></li>`;
}

function ago(ms: number): string {
  if (ms < 5_000) return 'just now';
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s ago`;
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min ago` : `${Math.floor(ms / 3_600_000)} h ago`;
}

function describe(fault: Fault): string {
  const same = (offered: Fault): boolean => JSON.stringify(offered) === JSON.stringify(fault);
  const offered = OFFERED.find(([, one]) => same(one));
  if (offered !== undefined) return offered[0];
  return fault.do === 'refuse' ? `Refused with ${fault.status}` : fault.do.replaceAll('_', ' ');
}

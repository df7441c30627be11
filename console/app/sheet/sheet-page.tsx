import { useEffect, useRef, useState } from 'preact/hooks';
import type { SheetStatus } from '../api/wire';
import { countText } from '../format/words';
import { useOrderChanges } from '../live/live';
import { Button } from '../parts/button';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Notice } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { Chip, type Tone } from '../parts/status-chip';
import { Time } from '../parts/time';
import { useAction } from '../parts/use-action';
import { useLoad } from '../parts/use-load';
import { usePages } from '../parts/use-pages';
import { PATHS } from '../routing/route';
import { Link } from '../routing/router';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { PageHeading } from '../shell/page-heading';
import { AttemptTable } from './attempt-table';
import { getSheetStatus, listAttempts, resyncSheet } from './sheet-calls';
import { SHEET_TITLES } from './sheet-words';

/** How often it is looked while orders are being written. Oftener only asks the same again; a burst takes some seconds. */
const SYNCING_LOOK_MS = 3_000;
/** How long after a change of an order the sheet is looked at: by then it has been noticed. */
const CHANGE_LOOK_MS = 1_500;

const TONES: Readonly<Record<SheetStatus['state'], readonly [Tone, string]>> = {
  off: ['gone', 'Off'],
  not_connected: ['waiting', 'Not connected'],
  synced: ['done', 'In sync'],
  syncing: ['busy', 'Syncing'],
  parked: ['alarm', 'Stopped'],
};

export function SheetPage() {
  const { api } = useSession();
  const status = useLoad('status', (signal) => getSheetStatus(api, signal));
  const attempts = usePages('attempts', (asked) => listAttempts(api, asked), 'when told');
  const look = status.reload;
  // After the state and not beside it: the attempt that the state has come from might not be in what was read a moment earlier, and of a
  // sheet that is in sync nobody looks again.
  useEffect(() => {
    if (status.data !== undefined || status.error !== undefined) attempts.reload();
  }, [status.data, status.error]);

  const state = status.data?.state;
  useEffect(() => {
    if (state !== 'syncing') return;
    const timer = setTimeout(look, SYNCING_LOOK_MS);
    return () => clearTimeout(timer);
    // A look that failed leaves the state as it was, and says nothing of when the writing ends.
  }, [status.data, status.error]);
  const soon = useRef<ReturnType<typeof setTimeout>>();
  useOrderChanges(() => {
    clearTimeout(soon.current);
    soon.current = setTimeout(look, CHANGE_LOOK_MS);
  }, look);
  useEffect(() => () => clearTimeout(soon.current), []);

  return (
    <div class="page">
      <header class="page-head">
        <PageHeading title="Sheet" />
        <Button look="quiet" icon="refresh" busy={status.loading} onClick={look}>
          Refresh
        </Button>
      </header>
      {status.error === undefined ? null : <Failure error={status.error} onRetry={status.reload} />}
      {status.data === undefined && status.error === undefined ? <Skeleton lines={4} what="the sheet’s state" /> : null}
      {status.data === undefined ? null : (
        <Health sheet={status.data} onSheet={(sheet) => status.change(() => sheet)} />
      )}
      <AttemptTable list={attempts} />
    </div>
  );
}

function Health({ sheet, onSheet }: { readonly sheet: SheetStatus; readonly onSheet: (sheet: SheetStatus) => void }) {
  const { api, can } = useSession();
  const { toast } = useMessages();
  const [asking, setAsking] = useState(false);
  const resync = useAction(async (all: boolean) => {
    onSheet(await resyncSheet(api, all));
    setAsking(false);
    toast(all ? 'Every order is being written again' : 'Trying again');
  });
  const [tone, label] = TONES[sheet.state];
  const isConnected = sheet.state !== 'off' && sheet.state !== 'not_connected';

  return (
    <section class={`card health is-${sheet.state}`} aria-labelledby="health-title">
      <div class="health-head">
        <h2 id="health-title">{SHEET_TITLES[sheet.state]}</h2>
        <Chip tone={tone}>{label}</Chip>
      </div>
      {sheet.parked === null ? null : (
        <Notice tone="bad" title={sheet.parked.message}>
          <p>{sheet.parked.what_to_do}</p>
          <p class="quiet">
            Stopped <Time at={sheet.parked.parked_at} />. Orders are booked as ever; nothing is lost, it is only not
            written yet.
          </p>
          {can('admin') ? (
            <Button look="primary" icon="refresh" busy={resync.busy} onClick={() => resync.run(false)}>
              Retry
            </Button>
          ) : (
            <p class="quiet">To try again, sign in with a key that has the scope admin.</p>
          )}
        </Notice>
      )}
      {isConnected ? null : <HowToConnect sheet={sheet} />}
      {isConnected ? (
        <dl class="figures">
          <div>
            <dt>Waiting to be written</dt>
            <dd class="figure">{countText(sheet.unsynced_orders, 'order')}</dd>
          </div>
          <div>
            <dt>Last written</dt>
            <dd class="figure">{sheet.last_synced_at === null ? 'Never' : <Time at={sheet.last_synced_at} />}</dd>
          </div>
          <div>
            <dt>Tab</dt>
            <dd class="figure">{sheet.sheet_name}</dd>
          </div>
        </dl>
      ) : null}
      {sheet.service_account === null ? null : <ServiceAccount address={sheet.service_account} />}
      {resync.error === undefined || asking ? null : <Failure error={resync.error} onRetry={() => resync.run(false)} />}
      <div class="actions">
        {sheet.spreadsheet_url === null ? null : (
          <a class="button look-plain" href={sheet.spreadsheet_url} target="_blank" rel="noreferrer">
            <Icon name="link" />
            <span>
              Open the sheet<span class="sr-only"> in another tab</span>
            </span>
          </a>
        )}
        {isConnected && can('admin') ? (
          <Button look="quiet" onClick={() => setAsking(true)}>
            Write all orders again
          </Button>
        ) : null}
        {can('admin') ? (
          <Link to={PATHS.settings} class="button look-quiet">
            <Icon name="settings" />
            <span>Sheet settings</span>
          </Link>
        ) : null}
      </div>
      {asking ? (
        <Dialog title="Write all orders again?" onClose={() => setAsking(false)}>
          <div class="dialog-body">
            <p>
              Every order is compared with the sheet: rows that differ are put right, missing ones are added. Other
              columns, and the order of the rows, stay as they are.
            </p>
            {resync.error === undefined ? null : <Failure error={resync.error} />}
            <div class="dialog-actions">
              <Button onClick={() => setAsking(false)} data-focus-first>
                Not now
              </Button>
              <Button look="primary" busy={resync.busy} onClick={() => resync.run(true)}>
                Write all again
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </section>
  );
}

function HowToConnect({ sheet }: { readonly sheet: SheetStatus }) {
  return (
    <div class="steps-box">
      <p>
        {sheet.state === 'off'
          ? 'Switch it on, and every order appears in your Google Sheet within seconds.'
          : 'One step is missing until your orders appear in your Google Sheet.'}
      </p>
      <ol class="steps">
        <li>Make a Google Sheet, or take one you have.</li>
        <li>
          Share it, as an editor, with{' '}
          {sheet.service_account === null ? 'your service account’s address' : 'the address below'}.
        </li>
        <li>
          Paste its link in <Link to={PATHS.settings}>Settings</Link> and switch the sync on. It is tried at once.
        </li>
      </ol>
    </div>
  );
}

function ServiceAccount({ address }: { readonly address: string }) {
  return (
    <div class="copy-line">
      <div>
        <p class="copy-line-label">The sheet has to be shared, as an editor, with</p>
        <code>{address}</code>
      </div>
      <CopyButton text={address} what="address" />
    </div>
  );
}

import { useState } from 'preact/hooks';
import { textDetail } from '../api/api-error';
import type { CapabilitiesChange } from '../api/wire';
import { Button } from '../parts/button';
import { CopyButton } from '../parts/copy-button';
import { Failure } from '../parts/failure';
import { Field, Switch, TextInput } from '../parts/field';
import { useUniqueId } from '../parts/use-unique-id';
import { useSession } from '../session/session';
import { credentialsProblem, spreadsheetIdOf } from '../sheet/spreadsheet-id';
import { type SectionProps, useChange } from './use-change';

/** Larger is no service account's key, and the API would refuse the body. */
const CREDENTIALS_MAX_BYTES = 16_384;

/** Where the orders are written to. Saved as a whole, because the server tries it as a whole. */
export function SheetSettings({ capabilities, onChanged }: SectionProps) {
  const { can } = useSession();
  const [link, setLink] = useState(capabilities.sheets_spreadsheet_id ?? '');
  const [tab, setTab] = useState(capabilities.sheets_sheet_name);
  const [enabled, setEnabled] = useState(capabilities.sheets_sync_enabled);
  const [credentials, setCredentials] = useState('');
  const [tried, setTried] = useState(false);
  const change = useChange((now) => {
    setCredentials('');
    setLink(now.sheets_spreadsheet_id ?? '');
    setTab(now.sheets_sheet_name);
    setEnabled(now.sheets_sync_enabled);
    setTried(false);
    onChanged(now);
  });

  const id = link.trim() === '' ? null : spreadsheetIdOf(link);
  const linkProblem =
    id === undefined
      ? 'This is neither a link to a Google Sheet nor its id.'
      : enabled && id === null
        ? 'Paste the link of your sheet.'
        : undefined;
  const keyProblem = credentials.trim() === '' ? undefined : credentialsProblem(credentials);
  const isReadOnly = !can('admin');

  const save = (): void => {
    setTried(true);
    if (linkProblem !== undefined || keyProblem !== undefined || id === undefined) return;
    const wanted: CapabilitiesChange = {
      ...(enabled === capabilities.sheets_sync_enabled ? {} : { sheets_sync_enabled: enabled }),
      ...(id === capabilities.sheets_spreadsheet_id ? {} : { sheets_spreadsheet_id: id }),
      ...(tab.trim() === capabilities.sheets_sheet_name ? {} : { sheets_sheet_name: tab.trim() }),
      ...(credentials.trim() === '' ? {} : { sheets_credentials: credentials.trim() }),
    };
    change.run(wanted, enabled ? 'The sheet is connected' : 'Saved');
  };
  const isChanged =
    enabled !== capabilities.sheets_sync_enabled ||
    id !== capabilities.sheets_spreadsheet_id ||
    tab.trim() !== capabilities.sheets_sheet_name ||
    credentials.trim() !== '';

  return (
    <section class="card" aria-labelledby="sheet-settings-title">
      <h2 id="sheet-settings-title">Google Sheet</h2>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Switch
          label="Write orders into my sheet"
          hint="Every order and every change, within seconds. Orders never wait for the sheet."
          checked={enabled}
          disabled={isReadOnly}
          onChange={setEnabled}
        />
        <Field
          label="Spreadsheet"
          hint="Paste the link from your browser’s address bar."
          problem={
            (tried || id === undefined ? linkProblem : undefined) ?? change.problems.get('sheets_spreadsheet_id')
          }
        >
          {(attributes) => (
            <TextInput
              {...attributes}
              inputMode="url"
              spellcheck={false}
              placeholder="https://docs.google.com/spreadsheets/d/…"
              disabled={isReadOnly}
              value={link}
              onText={setLink}
            />
          )}
        </Field>
        <Field label="Tab" hint="It is made if it is not there." problem={change.problems.get('sheets_sheet_name')}>
          {(attributes) => (
            <TextInput {...attributes} maxLength={100} disabled={isReadOnly} value={tab} onText={setTab} />
          )}
        </Field>
        <ServiceAccount address={capabilities.sheets_service_account ?? null} />
        {isReadOnly ? null : (
          <Credentials
            text={credentials}
            problem={(tried ? keyProblem : undefined) ?? change.problems.get('sheets_credentials')}
            canForget={(capabilities.sheets_service_account ?? null) !== null}
            busy={change.busy}
            onText={setCredentials}
            onForget={() => change.run({ sheets_credentials: null }, 'Your own credentials are forgotten')}
          />
        )}
        {change.error === undefined || change.problems.size > 0 ? null : (
          <Failure
            error={change.error}
            title={change.error.code === 'INTEGRATION_FAILED' ? 'The sheet cannot be written to' : undefined}
            onRetry={save}
          >
            <SheetAdvice
              whatToDo={textDetail(change.error, 'what_to_do')}
              address={textDetail(change.error, 'service_account')}
            />
          </Failure>
        )}
        {isReadOnly ? null : (
          <div class="actions">
            <Button look="primary" type="submit" busy={change.busy} disabled={!isChanged}>
              {change.busy ? (enabled ? 'Trying the sheet…' : 'Saving…') : 'Save'}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}

function ServiceAccount({ address }: { readonly address: string | null }) {
  if (address === null) return null;
  return (
    <div class="copy-line">
      <div>
        <p class="copy-line-label">Share the sheet, as an editor, with</p>
        <code>{address}</code>
      </div>
      <CopyButton text={address} what="address" />
    </div>
  );
}

function SheetAdvice({
  whatToDo,
  address,
}: {
  readonly whatToDo: string | undefined;
  readonly address: string | undefined;
}) {
  return (
    <>
      {whatToDo === undefined ? null : <p>{whatToDo}</p>}
      {address === undefined ? null : (
        <p>
          <code>{address}</code>
        </p>
      )}
    </>
  );
}

function Credentials({
  text,
  problem,
  canForget,
  busy,
  onText,
  onForget,
}: {
  readonly text: string;
  readonly problem: string | undefined;
  readonly canForget: boolean;
  readonly busy: boolean;
  readonly onText: (text: string) => void;
  readonly onForget: () => void;
}) {
  const fileId = useUniqueId();
  const [fileProblem, setFileProblem] = useState<string>();
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const isTooLarge = file.size > CREDENTIALS_MAX_BYTES;
    setFileProblem(isTooLarge ? 'This file is too large to be a service account’s key.' : undefined);
    if (!isTooLarge) onText(await file.text());
  };
  return (
    <details class="fold" open={text !== '' || problem !== undefined}>
      <summary>Credentials of your own</summary>
      <div class="fold-body">
        <Field
          label="Service account key (JSON)"
          hint="Paste the file’s content, or choose the file. It is stored encrypted and never shown again."
          problem={problem ?? fileProblem}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              class="input input-key"
              rows={4}
              spellcheck={false}
              autocomplete="off"
              placeholder={'{ "type": "service_account", … }'}
              value={text}
              onInput={(event) => onText(event.currentTarget.value)}
            />
          )}
        </Field>
        <div class="actions">
          <label class="button look-plain file-button" for={fileId}>
            <span>Choose a file</span>
            <input
              id={fileId}
              class="sr-only"
              type="file"
              accept="application/json,.json"
              onChange={(event) => read(event.currentTarget.files?.[0])}
            />
          </label>
          {canForget ? (
            <Button look="quiet" icon="trash" busy={busy} onClick={onForget}>
              Forget my credentials
            </Button>
          ) : null}
        </div>
      </div>
    </details>
  );
}

import type { Capabilities } from '../api/wire';
import { untilText } from '../format/time';
import { LOCALE_LABELS, SCOPE_LABELS } from '../format/words';
import { Failure } from '../parts/failure';
import { Notice } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { useNow } from '../parts/time';
import { useLoad } from '../parts/use-load';
import { useSession } from '../session/session';
import { SignOutButton } from '../session/sign-out-button';
import { PageHeading } from '../shell/page-heading';
import { ThemePicker } from '../shell/theme-picker';
import { AgentSettings } from './agent-settings';
import { BookingSettings } from './booking-settings';
import { getCapabilities } from './capability-calls';
import { ExpirySettings } from './expiry-settings';
import { SheetSettings } from './sheet-settings';

export function SettingsPage() {
  const { api, can } = useSession();
  const loaded = useLoad('capabilities', (signal) => getCapabilities(api, signal));
  const { data, error } = loaded;
  const onChanged = (capabilities: Capabilities): void => loaded.change(() => capabilities);
  return (
    <div class="page is-wide">
      <header class="page-head">
        <PageHeading title="Settings" />
      </header>
      {can('admin') ? null : (
        <Notice>
          <p>
            You can see the settings, but not change them: the key you signed in with lacks the scope <code>admin</code>
            .
          </p>
        </Notice>
      )}
      {error === undefined ? null : <Failure error={error} onRetry={loaded.reload} />}
      {data === undefined && error === undefined ? <Skeleton lines={6} what="the settings" /> : null}
      <div class="columns">
        {data === undefined ? null : (
          <>
            <div class="column">
              <AgentSettings capabilities={data} onChanged={onChanged} />
              <BookingSettings capabilities={data} onChanged={onChanged} locales={LOCALE_LABELS} />
              <ExpirySettings capabilities={data} onChanged={onChanged} />
            </div>
            <div class="column">
              <SheetSettings capabilities={data} onChanged={onChanged} />
              <AppearanceCard />
              <SessionCard />
            </div>
          </>
        )}
        {data !== undefined ? null : (
          <div class="column">
            <AppearanceCard />
            <SessionCard />
          </div>
        )}
      </div>
    </div>
  );
}

function AppearanceCard() {
  return (
    <section class="card" aria-labelledby="look-title">
      <h2 id="look-title">Appearance</h2>
      <ThemePicker labels />
    </section>
  );
}

function SessionCard() {
  const { session } = useSession();
  const now = useNow();
  return (
    <section class="card" aria-labelledby="session-title">
      <h2 id="session-title">Signed in</h2>
      <dl class="figures">
        <div>
          <dt>Business</dt>
          <dd class="figure">{session.tenant_name}</dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd class="figure">
            <code>{session.user_id}</code>
          </dd>
        </div>
        <div>
          <dt>Ends</dt>
          <dd class="figure">{untilText(session.expires_at, now)}</dd>
        </div>
        <div>
          <dt>This key</dt>
          <dd class="figure">{session.scopes.map((scope) => SCOPE_LABELS[scope] ?? scope).join(', ')}</dd>
        </div>
      </dl>
      <div class="actions">
        <SignOutButton />
      </div>
    </section>
  );
}

import type { Subscription } from '../api/wire';
import { Button } from '../parts/button';
import { Failure } from '../parts/failure';
import { Switch } from '../parts/field';
import { Icon } from '../parts/icon';
import { Notice } from '../parts/notice';
import { Chip } from '../parts/status-chip';
import { Time } from '../parts/time';
import { useAction } from '../parts/use-action';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { attemptText } from './event-words';
import { removeSubscription, sendTest } from './notification-calls';
import type { PushSupport } from './push-support';
import { supportHere, switchOff, switchOn } from './this-device';

const WHY_NOT: Readonly<Record<Exclude<PushSupport, 'yes'>, string>> = {
  insecure:
    'Browsers allow notifications only on pages that came over https. Ask whoever runs this server to set it up.',
  needs_home_screen:
    'On iPhone and iPad, add this page to the home screen first (Share, then “Add to Home Screen”), and open it from there.',
  no: 'This browser cannot receive notifications. A current Chrome, Edge, Firefox or Safari can.',
};

/** Which of the owner's browsers are told of orders; this one can be switched. */
export function Devices({
  here,
  all,
  onChanged,
}: {
  readonly here: Subscription | undefined;
  readonly all: readonly Subscription[];
  readonly onChanged: () => void;
}) {
  const others = all.filter(({ id, kind }) => kind === 'web_push' && id !== here?.id);
  return (
    <section class="card" aria-labelledby="devices-title">
      <h2 id="devices-title">This device</h2>
      <ThisDevice here={here} onChanged={onChanged} />
      {others.length === 0 ? null : (
        <>
          <h3 class="card-subtitle">Other devices</h3>
          <ul class="plain-list">
            {others.map((device) => (
              <OtherDevice key={device.id} device={device} onChanged={onChanged} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function ThisDevice({ here, onChanged }: { readonly here: Subscription | undefined; readonly onChanged: () => void }) {
  const { api, session, can } = useSession();
  const { toast } = useMessages();
  const support = supportHere();
  const change = useAction(async (on: boolean) => {
    if (on) await switchOn(api, session.user_id);
    else if (here !== undefined) await switchOff(api, session.user_id, here.id);
    toast(on ? 'This device is told of new orders' : 'This device is not told of orders any more');
    onChanged();
  });
  const test = useAction(async () => {
    if (here === undefined) return;
    const delivery = await sendTest(api, here.id);
    const last = delivery.attempts.at(-1);
    const failed = last === undefined ? delivery.status : attemptText(last);
    if (delivery.status === 'delivered') toast('Test sent: it appears in a moment');
    else toast(`The test did not arrive: ${failed}`, 'bad');
    onChanged();
  });

  if (support !== 'yes') {
    return (
      <Notice title="Notifications do not work here">
        <p>{WHY_NOT[support]}</p>
      </Notice>
    );
  }
  const isBlocked = Notification.permission === 'denied';
  return (
    <>
      <Switch
        label="Notify me on this device"
        hint={
          here === undefined
            ? 'When an order comes in or moves on, and when the sheet sync stops. Also while this page is closed.'
            : 'On. You are told of orders also while this page is closed.'
        }
        checked={here !== undefined}
        busy={change.busy}
        disabled={!can('admin')}
        onChange={change.run}
      />
      {isBlocked && change.error === undefined ? (
        <Notice tone="warn" title="This browser blocks notifications of this page">
          <p>Allow them in the page’s settings (beside the address), then switch this on.</p>
        </Notice>
      ) : null}
      {change.error === undefined ? null : (
        <Failure
          error={change.error}
          title="This device could not be subscribed"
          onRetry={() => change.run(here === undefined)}
        />
      )}
      {here === undefined ? null : (
        <div class="actions">
          <Button icon="bell" busy={test.busy} onClick={() => test.run()} disabled={!can('admin')}>
            Send a test
          </Button>
        </div>
      )}
      {test.error === undefined ? null : <Failure error={test.error} onRetry={test.run} />}
    </>
  );
}

function OtherDevice({ device, onChanged }: { readonly device: Subscription; readonly onChanged: () => void }) {
  const { api, can } = useSession();
  const { toast } = useMessages();
  const name = device.description ?? device.url;
  const remove = useAction(async () => {
    await removeSubscription(api, device.id);
    toast(`${name} is not told of orders any more`);
    onChanged();
  });
  return (
    <li class="line">
      <Icon name="device" />
      <div class="line-main">
        <p class="line-title">{name}</p>
        <p class="quiet">
          since <Time at={device.created_at} as="sentence" />
        </p>
        {remove.error === undefined ? null : <Failure error={remove.error} onRetry={remove.run} />}
      </div>
      {device.status === 'active' ? null : <Chip tone="gone">Ended</Chip>}
      {can('admin') ? (
        <Button look="quiet" busy={remove.busy} onClick={() => remove.run()}>
          Remove<span class="sr-only"> {name}</span>
        </Button>
      ) : null}
    </li>
  );
}

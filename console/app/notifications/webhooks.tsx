import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Subscription } from '../api/wire';
import { Button } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Notice } from '../parts/notice';
import { Chip } from '../parts/status-chip';
import { Time } from '../parts/time';
import { useAction } from '../parts/use-action';
import { useRequestKey } from '../parts/use-request-key';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { AddWebhook } from './add-webhook';
import { Deliveries } from './deliveries';
import { attemptText, disabledText, eventText } from './event-words';
import { enableAgain, removeSubscription, rotateSecret, sendTest, type WithSecret } from './notification-calls';
import { SecretDialog } from './secret-dialog';

/** The programs that are told of orders. */
export function Webhooks({
  webhooks,
  onChanged,
}: {
  readonly webhooks: readonly Subscription[];
  readonly onChanged: () => void;
}) {
  const { can } = useSession();
  const [adding, setAdding] = useState(false);
  // Here, because the form is gone when it is closed.
  const once = useRequestKey();
  const [secret, setSecret] = useState<string>();
  const showSecret = (made: WithSecret): void => {
    setAdding(false);
    setSecret(made.secret);
    onChanged();
  };
  return (
    <section aria-labelledby="webhooks-title">
      <header class="section-head">
        <h2 class="section-title" id="webhooks-title">
          Webhooks
        </h2>
        {can('admin') ? (
          <Button icon="plus" onClick={() => setAdding(true)}>
            Add a webhook
          </Button>
        ) : null}
      </header>
      {webhooks.length > 0 ? null : (
        <Empty icon="webhook" title="No webhooks">
          <p>
            A webhook tells another program of each order, signed so that it can be trusted (
            <a href="https://www.standardwebhooks.com/" target="_blank" rel="noreferrer">
              Standard Webhooks
            </a>
            ).
          </p>
        </Empty>
      )}
      {webhooks.map((webhook) => (
        <Webhook key={webhook.id} webhook={webhook} onChanged={onChanged} onSecret={showSecret} />
      ))}
      {adding ? <AddWebhook once={once} onClose={() => setAdding(false)} onAdded={showSecret} /> : null}
      {secret === undefined ? null : <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </section>
  );
}

function Webhook({
  webhook,
  onChanged,
  onSecret,
}: {
  readonly webhook: Subscription;
  readonly onChanged: () => void;
  readonly onSecret: (made: WithSecret) => void;
}) {
  const { api, can } = useSession();
  const { toast } = useMessages();
  const [asking, setAsking] = useState<'rotate' | 'delete'>();
  const [tests, setTests] = useState(0);

  const test = useAction(async () => {
    const delivery = await sendTest(api, webhook.id);
    const last = delivery.attempts.at(-1);
    const outcome = last === undefined ? delivery.status : attemptText(last);
    if (delivery.status === 'delivered') toast(`Test delivered: ${outcome}`);
    else toast(`Test not delivered: ${outcome}`, 'bad');
    setTests((now) => now + 1);
    onChanged();
  });
  const enable = useAction(async () => {
    await enableAgain(api, webhook.id);
    toast('The webhook is on again');
    onChanged();
  });
  // Here, because the dialog is gone when it is closed: an answer that was lost is asked for again, and not for a third secret.
  const once = useRequestKey();
  const rotate = useAction(async (overlapSeconds: number) => {
    const made = await once(overlapSeconds, (idempotencyKey) =>
      rotateSecret(api, webhook.id, { overlapSeconds, idempotencyKey }),
    );
    setAsking(undefined);
    onSecret(made);
  });
  const remove = useAction(async () => {
    await removeSubscription(api, webhook.id);
    toast('The webhook is deleted');
    onChanged();
  });
  const error = test.error ?? enable.error;

  return (
    <article class="card webhook" aria-label={`Webhook ${webhook.url}`}>
      <header class="webhook-head">
        <div>
          <h3 class="webhook-url">{webhook.url}</h3>
          {webhook.description === null || webhook.description === '' ? null : <p>{webhook.description}</p>}
        </div>
        {webhook.status === 'active' ? <Chip tone="done">On</Chip> : <Chip tone="alarm">Off</Chip>}
      </header>
      <ul class="tags" aria-label="Told of">
        {webhook.events.map((event) => (
          <li key={event}>{eventText(event)}</li>
        ))}
      </ul>
      <p class="quiet">
        {webhook.last_delivered_at === null ? (
          'Nothing was delivered yet'
        ) : (
          <>
            Last delivered <Time at={webhook.last_delivered_at} />
          </>
        )}
      </p>
      {webhook.status === 'active' ? null : (
        <Notice tone="bad" title="Switched off">
          <p>{disabledText(webhook.disabled_reason)}</p>
          {can('admin') && webhook.status === 'disabled' ? (
            <>
              <p>Put the receiver right, then switch it on again.</p>
              <Button icon="refresh" busy={enable.busy} onClick={() => enable.run()}>
                Switch on again
              </Button>
            </>
          ) : null}
        </Notice>
      )}
      {webhook.status !== 'active' || webhook.failing_since === null ? null : (
        <Notice tone="warn" title="The receiver does not answer as it should">
          <p>
            Since <Time at={webhook.failing_since} as="sentence" />. If that goes on for days, it is switched off.
          </p>
        </Notice>
      )}
      {error === undefined ? null : (
        <Failure error={error} onRetry={test.error === undefined ? enable.run : test.run} />
      )}
      {can('admin') ? (
        <div class="actions">
          {webhook.status === 'active' ? (
            <Button busy={test.busy} onClick={() => test.run()}>
              Send a test
            </Button>
          ) : null}
          {webhook.status === 'ended' ? null : (
            <Button look="quiet" icon="key" onClick={() => setAsking('rotate')}>
              New secret
            </Button>
          )}
          <Button look="quiet" icon="trash" onClick={() => setAsking('delete')}>
            Delete
          </Button>
        </div>
      ) : null}
      <Deliveries key={tests} webhook={webhook} onSent={onChanged} />
      {asking === 'rotate' ? (
        <RotateDialog
          busy={rotate.busy}
          failure={rotate.error === undefined ? null : <Failure error={rotate.error} />}
          onClose={() => setAsking(undefined)}
          onRotate={rotate.run}
        />
      ) : null}
      {asking === 'delete' ? (
        <Dialog title="Delete this webhook?" onClose={() => setAsking(undefined)}>
          <div class="dialog-body">
            <p>
              <code class="breakable">{webhook.url}</code> is not told of orders any more, and its deliveries can no
              longer be looked at.
            </p>
            {remove.error === undefined ? null : <Failure error={remove.error} />}
            <div class="dialog-actions">
              <Button onClick={() => setAsking(undefined)} data-focus-first>
                Keep it
              </Button>
              <Button look="danger" busy={remove.busy} onClick={() => remove.run()}>
                Delete the webhook
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </article>
  );
}

const OVERLAPS: readonly (readonly [seconds: number, label: string])[] = [
  [86_400, 'for a day'],
  [604_800, 'for a week'],
  [3_600, 'for an hour'],
  [0, 'not at all: it may be known to somebody'],
];

function RotateDialog({
  busy,
  failure,
  onClose,
  onRotate,
}: {
  readonly busy: boolean;
  readonly failure: ComponentChildren;
  readonly onClose: () => void;
  readonly onRotate: (overlapSeconds: number) => void;
}) {
  const [overlap, setOverlap] = useState(86_400);
  return (
    <Dialog title="A new secret" onClose={onClose}>
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          onRotate(overlap);
        }}
      >
        <p>The receiver checks each message with the secret. While the old one is good as well, nothing gets lost.</p>
        <fieldset class="choices">
          <legend>The old secret stays good</legend>
          {OVERLAPS.map(([seconds, label]) => (
            <label key={seconds}>
              <input type="radio" name="overlap" checked={overlap === seconds} onChange={() => setOverlap(seconds)} />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
        {failure}
        <div class="dialog-actions">
          <Button onClick={onClose}>Keep the old one</Button>
          <Button look="primary" type="submit" busy={busy}>
            Make a new secret
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

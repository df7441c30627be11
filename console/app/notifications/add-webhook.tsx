import { useState } from 'preact/hooks';
import { violationsOf } from '../api/api-error';
import { NOTIFICATION_EVENTS, type NotificationEvent } from '../api/wire';
import { Button } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { Failure } from '../parts/failure';
import { Field, TextInput } from '../parts/field';
import { useAction } from '../parts/use-action';
import type { useRequestKey } from '../parts/use-request-key';
import { useSession } from '../session/session';
import { EVENT_LABELS } from './event-words';
import { addWebhook, type WithSecret } from './notification-calls';

export function AddWebhook({
  once,
  onClose,
  onAdded,
}: {
  /** Sends a webhook under a key of its own. */
  readonly once: ReturnType<typeof useRequestKey>;
  readonly onClose: () => void;
  readonly onAdded: (made: WithSecret) => void;
}) {
  const { api } = useSession();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [events, setEvents] = useState<readonly NotificationEvent[]>(NOTIFICATION_EVENTS);
  const add = useAction(async () => {
    const words = description.trim();
    const webhook = { url: url.trim(), events, ...(words === '' ? {} : { description: words }) };
    onAdded(await once(webhook, (key) => addWebhook(api, webhook, key)));
  });
  const problems = add.error === undefined ? new Map<string, string>() : violationsOf(add.error);
  return (
    <Dialog title="Add a webhook" onClose={onClose}>
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          add.run();
        }}
      >
        <Field
          label="Address"
          hint="Where to send it: an https address that can be reached from the internet."
          problem={problems.get('url')}
        >
          {(attributes) => (
            <TextInput
              {...attributes}
              data-focus-first
              type="url"
              inputMode="url"
              required
              placeholder="https://example.com/orders"
              value={url}
              onText={setUrl}
            />
          )}
        </Field>
        <Field
          label="Name (optional)"
          hint="For yourself, to tell it from others."
          problem={problems.get('description')}
        >
          {(attributes) => <TextInput {...attributes} maxLength={200} value={description} onText={setDescription} />}
        </Field>
        <fieldset class="choices">
          <legend>Tell it when</legend>
          {NOTIFICATION_EVENTS.map((event) => (
            <label key={event}>
              <input
                type="checkbox"
                checked={events.includes(event)}
                onChange={({ currentTarget: { checked } }) =>
                  setEvents(NOTIFICATION_EVENTS.filter((each) => (each === event ? checked : events.includes(each))))
                }
              />
              <span>{EVENT_LABELS[event]}</span>
            </label>
          ))}
        </fieldset>
        {events.length > 0 ? null : <p class="field-problem">Choose at least one.</p>}
        {add.error === undefined || problems.has('url') ? null : <Failure error={add.error} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={add.busy} disabled={events.length === 0}>
            {add.busy ? 'Adding…' : 'Add the webhook'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

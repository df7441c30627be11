import { useState } from 'preact/hooks';
import type { ApiError } from '../api/api-error';
import type { Order } from '../api/wire';
import { itemsText } from '../format/words';
import { Button } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { Failure } from '../parts/failure';
import { Field } from '../parts/field';

/** The API's own limit. */
const REASON_MAX = 500;

export function CancelDialog({
  order,
  busy,
  error,
  onKeep,
  onCancel,
}: {
  readonly order: Order;
  readonly busy: boolean;
  readonly error: ApiError | undefined;
  readonly onKeep: () => void;
  readonly onCancel: (reason: string) => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <Dialog title="Cancel this order?" onClose={onKeep}>
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          // One line: the API takes no line breaks here.
          onCancel(reason.replace(/\s+/g, ' ').trim());
        }}
      >
        <p>
          <bdi>{order.customer_name}</bdi>: <bdi>{itemsText(order.items)}</bdi>. A cancelled order cannot be taken up
          again.
        </p>
        <Field label="Reason (optional)" hint="Goes into the order’s history.">
          {(attributes) => (
            <textarea
              {...attributes}
              class="input"
              rows={2}
              maxLength={REASON_MAX}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
        {error === undefined ? null : <Failure error={error} />}
        <div class="dialog-actions">
          <Button onClick={onKeep} data-focus-first>
            Keep the order
          </Button>
          <Button look="danger" type="submit" busy={busy}>
            {busy ? 'Cancelling…' : 'Cancel the order'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

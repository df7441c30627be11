import { Button } from '../parts/button';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Notice } from '../parts/notice';
import { useUniqueId } from '../parts/use-unique-id';

/** A secret, for the one time that it is shown. Closed by its button only, so that no stray key loses it. */
export function SecretDialog({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const id = useUniqueId();
  return (
    <Dialog title="The webhook’s secret" closable={false} onClose={onClose}>
      <div class="dialog-body">
        <Notice tone="warn" title="It is shown only now">
          <p>Store it where the receiver reads its secrets. If it gets lost, make a new one.</p>
        </Notice>
        <div class="copy-line">
          <div>
            <label class="copy-line-label" for={id}>
              Secret
            </label>
            <input
              id={id}
              data-focus-first
              class="input input-key"
              readOnly
              value={secret}
              onFocus={(event) => event.currentTarget.select()}
            />
          </div>
          <CopyButton text={secret} what="secret" />
        </div>
        <div class="dialog-actions">
          <Button look="primary" onClick={onClose}>
            I have stored it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from './button';
import { useUniqueId } from './use-unique-id';

/**
 * A modal question in the browser's own <dialog>, which keeps the focus inside and gives it back. The focus begins at what is
 * marked `data-focus-first`.
 */
export function Dialog({
  title,
  onClose,
  closable = true,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  /** False while closing it would lose something, such as a secret that is shown once. */
  readonly closable?: boolean;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useUniqueId();
  // Before it is painted: a key pressed at once is meant for the dialog.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    element?.querySelector<HTMLElement>('[data-focus-first]')?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        // Closed by us or not at all, so that what is shown and what the page believes are the same.
        event.preventDefault();
        if (closable) onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        {closable ? <IconButton name="close" label="Close" onClick={onClose} /> : null}
      </header>
      {children}
    </dialog>
  );
}

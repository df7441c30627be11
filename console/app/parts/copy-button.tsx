import { useState } from 'preact/hooks';
import { useMessages } from '../shell/messages';
import { Button } from './button';

/** Copies a text. Without a clipboard (a page over plain HTTP has none) it says how else. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const { announce } = useMessages();
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
      announce(`${what} copied`);
    } catch {
      setState('failed');
      announce(`${what} could not be copied. Select it and copy it by hand.`);
    }
  };
  return (
    <Button look="quiet" icon={state === 'copied' ? 'check' : 'copy'} onClick={copy}>
      {{ ready: 'Copy', copied: 'Copied', failed: 'Select it by hand' }[state]}
      <span class="sr-only">: {what}</span>
    </Button>
  );
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/button';
import { Failure } from '../parts/failure';
import { Field } from '../parts/field';
import { Notice } from '../parts/notice';
import { useAction } from '../parts/use-action';
import { useUniqueId } from '../parts/use-unique-id';
import { Brand } from '../shell/brand';
import { ThemePicker } from '../shell/theme-picker';
import { useSessionContext } from './session';

export function SignIn({ because }: { readonly because: 'first' | 'expired' | 'left' }) {
  const { signIn } = useSessionContext();
  const [key, setKey] = useState('');
  const [shown, setShown] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const titleId = useUniqueId();
  const enter = useAction(signIn);
  const isRefused = enter.error?.code === 'UNAUTHENTICATED' || enter.error?.code === 'VALIDATION_FAILED';

  useEffect(() => {
    document.title = 'Sign in · Order booking';
    input.current?.focus();
  }, []);
  useEffect(() => {
    if (isRefused) input.current?.focus();
  }, [isRefused]);

  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <div class="sign-in-brand">
          <Brand />
          <p>Order booking</p>
        </div>
        <h1 id={titleId}>Your orders, as they come in</h1>
        {because === 'expired' ? (
          <Notice tone="info" title="Your session has ended" loud>
            <p>Sign in again; you come back to where you were.</p>
          </Notice>
        ) : null}
        {because === 'left' ? (
          <Notice tone="good">
            <p>You are signed out.</p>
          </Notice>
        ) : null}
        <form
          aria-labelledby={titleId}
          onSubmit={(event) => {
            event.preventDefault();
            enter.run(key.trim());
          }}
        >
          <Field
            label="API key"
            hint="Begins with obk_. Whoever set up order booking for you has it."
            problem={isRefused ? 'This key is not known here. Look for a missing beginning or end.' : undefined}
          >
            {(attributes) => (
              <div class="with-button">
                <input
                  {...attributes}
                  ref={input}
                  class="input input-key"
                  type={shown ? 'text' : 'password'}
                  name="api-key"
                  autocomplete="current-password"
                  autocapitalize="off"
                  spellcheck={false}
                  required
                  value={key}
                  onInput={(event) => setKey(event.currentTarget.value)}
                />
                <Button look="quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
                  {shown ? 'Hide' : 'Show'}
                </Button>
              </div>
            )}
          </Field>
          {enter.error === undefined || isRefused ? null : (
            <Failure error={enter.error} onRetry={() => enter.run(key.trim())} />
          )}
          <Button look="primary" type="submit" busy={enter.busy}>
            {enter.busy ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
        <p class="sign-in-note">
          The key is exchanged for a session that ends by itself; it is not kept in this browser.
        </p>
      </div>
      <ThemePicker />
    </main>
  );
}

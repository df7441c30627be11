import type { ComponentChildren } from 'preact';
import { type ApiError, isWorthRetrying, violationsOf } from '../api/api-error';
import { Button } from './button';
import { Icon } from './icon';

const TITLES: Readonly<Record<string, string>> = {
  UNREACHABLE: 'No connection to the server',
  TIMED_OUT: 'No answer in time',
  UNAVAILABLE: 'Not available right now',
  NOT_FOUND: 'Not found',
  PERMISSION_DENIED: 'Not allowed with this key',
  RATE_LIMITED: 'Too many requests',
  VALIDATION_FAILED: 'That was not accepted',
  INTEGRATION_FAILED: 'The other side did not play along',
  INTERNAL: 'Something went wrong on our side',
};

/** What failed, and what to do. `onRetry` is offered only where trying again can help. */
export function Failure({
  error,
  onRetry,
  title,
  children,
}: {
  readonly error: ApiError;
  readonly onRetry?: (() => void) | undefined;
  readonly title?: string | undefined;
  readonly children?: ComponentChildren;
}) {
  const retry = isWorthRetrying(error) ? onRetry : undefined;
  return (
    <div class="notice notice-bad" role="alert">
      <Icon name="warning" />
      <div class="notice-body">
        <p class="notice-title">{title ?? TITLES[error.code] ?? 'That did not work'}</p>
        <p>{sentence(error.message)}</p>
        {[...violationsOf(error)].map(([field, description]) => (
          <p key={field}>
            <code>{field}</code>: {sentence(description)}
          </p>
        ))}
        {children}
        {retry === undefined ? null : (
          <Button icon="refresh" onClick={retry}>
            Try again
          </Button>
        )}
        <Reference error={error} />
      </div>
    </div>
  );
}

/** What support needs to find the call in the logs. */
function Reference({ error }: { readonly error: ApiError }) {
  return (
    <details class="reference">
      <summary>Details for support</summary>
      <dl>
        <dt>Code</dt>
        <dd>
          <code>{error.code}</code>
        </dd>
        {error.correlationId === '' ? null : (
          <>
            <dt>Correlation id</dt>
            <dd>
              <code>{error.correlationId}</code>
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

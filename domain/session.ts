import type { Caller, Scope } from './access';

/** A person signed in to the console: the caller of an API key, for a while. */
export interface Session {
  readonly caller: Caller;
  readonly tenantName: string;
  /** What a page has to show that it may read our answers, with every request that changes something. */
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

export interface SessionWire {
  readonly user_id: string;
  readonly tenant_name: string;
  readonly scopes: readonly Scope[];
  readonly csrf_token: string;
  readonly expires_at: string;
}

/** Without the key: a page that was told it could lose it. */
export function sessionToWire({ caller, tenantName, csrfToken, expiresAt }: Session): SessionWire {
  return {
    user_id: caller.userId,
    tenant_name: tenantName,
    scopes: caller.scopes,
    csrf_token: csrfToken,
    expires_at: expiresAt.toISOString(),
  };
}

/** What an API key may do. `admin` includes all but `ai:book`, which is the booking door's alone. */
export const SCOPES = ['orders:read', 'orders:write', 'ai:book', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is calling: the tenant comes from the API key and from nowhere else. */
export interface Caller {
  /** The tenant. */
  readonly userId: string;
  readonly keyId: string;
  /** The key's public prefix, for audit trails and logs. */
  readonly keyPrefix: string;
  readonly scopes: readonly Scope[];
}

/** Whether the caller's key carries the scope, by itself or through `admin`. */
export function hasScope(caller: Caller, scope: Scope): boolean {
  return caller.scopes.includes(scope) || (scope !== 'ai:book' && caller.scopes.includes('admin'));
}

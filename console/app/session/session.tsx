import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { type ApiError, asApiError } from '../api/api-error';
import { type Api, createClient } from '../api/client';
import type { Scope, Session } from '../api/wire';
import { useMessages } from '../shell/messages';
import { openSessionNews } from './session-news';

export type SessionState =
  | { readonly kind: 'checking' }
  | { readonly kind: 'unknown'; readonly error: ApiError }
  | { readonly kind: 'signed_out'; readonly because: 'first' | 'expired' | 'left' }
  | { readonly kind: 'signed_in'; readonly session: Session };

export interface SessionContext {
  readonly state: SessionState;
  readonly api: Api;
  /** @throws ApiError */
  signIn(apiKey: string): Promise<void>;
  signOut(): Promise<void>;
  /** Asks whether the session is still good; if it is not, the sign-in page comes up. */
  check(): void;
}

const Context = createContext<SessionContext | undefined>(undefined);

export function useSessionContext(): SessionContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error('no session around this component');
  return context;
}

/** The session of whoever is signed in. Only for what is shown while somebody is. */
export function useSession(): { readonly api: Api; readonly session: Session; can(scope: Scope): boolean } {
  const { state, api } = useSessionContext();
  if (state.kind !== 'signed_in') throw new Error('nobody is signed in');
  const { session } = state;
  return { api, session, can: (scope) => session.scopes.includes(scope) || isAdmin(session, scope) };
}

export function SessionProvider({ children }: { readonly children: ComponentChildren }) {
  const { toast } = useMessages();
  const [state, setState] = useState<SessionState>({ kind: 'checking' });

  const context = useMemo(() => {
    /** Whose orders are shown, or were until the session ended. */
    let business: string | undefined;
    let isSignedIn = false;
    const enter = (session: Session): void => {
      business = session.user_id;
      isSignedIn = true;
      setState({ kind: 'signed_in', session });
    };
    const ended = (because: 'expired' | 'left'): void => {
      isSignedIn = false;
      // Of the many calls that find the session ended at once, the first one's word stays.
      setState((now) => (now.kind === 'signed_out' ? now : { kind: 'signed_out', because }));
    };
    const news = openSessionNews({
      onLeft() {
        client.outdate();
        ended('left');
      },
      onChanged() {
        client.outdate();
        // Unreachable is no answer: whoever is signed in stays so.
        resume().catch(() => undefined);
      },
    });
    const client = createClient({
      fetch: (...request) => fetch(...request),
      onSessionEnded() {
        if (isSignedIn) news.tell('changed');
        ended('expired');
      },
      onSession: (session) => {
        const isOther = business !== undefined && business !== session.user_id;
        enter(session);
        if (isOther) toast(`Another tab has signed in for ${session.tenant_name}: this one shows it too now`);
      },
    });
    const resume = async (): Promise<void> => {
      if ((await client.resume()) !== undefined) return;
      isSignedIn = false;
      setState((now) => {
        if (now.kind === 'signed_out') return now;
        return { kind: 'signed_out', because: now.kind === 'signed_in' ? 'expired' : 'first' };
      });
    };
    return {
      api: client,
      async signIn(apiKey: string) {
        enter(await client.signIn(apiKey));
        news.tell('changed');
      },
      async signOut() {
        await client.signOut();
        ended('left');
        news.tell('left');
      },
      begin() {
        setState({ kind: 'checking' });
        resume().catch((thrown: unknown) => setState({ kind: 'unknown', error: asApiError(thrown) }));
      },
      check() {
        resume().catch(() => undefined);
      },
      close: news.close,
    };
  }, [toast]);

  useEffect(() => {
    context.begin();
    return context.close;
  }, [context]);

  // Begun again rather than checked, where it is not known yet who is there.
  const check = state.kind === 'unknown' ? context.begin : context.check;
  const value = useMemo<SessionContext>(() => ({ ...context, check, state }), [context, check, state]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** `admin` includes all but the booking door of the agents. */
function isAdmin({ scopes }: Session, scope: Scope): boolean {
  return scope !== 'ai:book' && scopes.includes('admin');
}

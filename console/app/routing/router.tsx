import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { hasNewVersion } from './new-version';
import { type Route, routeOf } from './route';

export interface Location {
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

export interface Router extends Location {
  readonly route: Route;
  /** Goes to a path of the console; `replace` leaves no step to go back to, for filters that are being typed. */
  navigate(to: string, options?: { readonly replace?: boolean }): void;
}

const RouterContext = createContext<Router | undefined>(undefined);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (router === undefined) throw new Error('no router around this component');
  return router;
}

interface Place extends Location {
  /** How far the page was scrolled when it was left; undefined for a page that was not seen before. */
  readonly scroll: number | undefined;
}

/** The History API as a context. Scrolling is put back by hand, since the browser does it before the page is there. */
export function RouterProvider({ children }: { readonly children: ComponentChildren }) {
  const [place, setPlace] = useState<Place>(here);

  useEffect(() => {
    history.scrollRestoration = 'manual';
    const follow = (): void => setPlace(here());
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);

  useLayoutEffect(() => {
    const { scroll } = place;
    // What reads the place is drawn after this, in the same turn: before it, the page may be too short to be scrolled so far.
    if (scroll !== undefined) queueMicrotask(() => scrollTo(0, scroll));
  }, [place]);

  const navigate = useCallback((to: string, { replace = false }: { readonly replace?: boolean } = {}) => {
    if (!replace && hasNewVersion()) {
      location.assign(to);
      return;
    }
    if (replace) {
      history.replaceState(history.state, '', to);
      setPlace({ ...here(), scroll: undefined });
      return;
    }
    history.replaceState({ scroll: scrollY }, '');
    history.pushState({}, '', to);
    setPlace({ ...here(), scroll: 0 });
  }, []);

  const router = useMemo<Router>(
    () => ({ path: place.path, query: place.query, route: routeOf(place.path), navigate }),
    [place, navigate],
  );
  return <RouterContext.Provider value={router}>{children}</RouterContext.Provider>;
}

function here(): Place {
  const state = history.state as { readonly scroll?: unknown } | null;
  const scroll = typeof state?.scroll === 'number' ? state.scroll : undefined;
  return { path: location.pathname, query: location.search, scroll };
}

type LinkProps = Omit<JSX.AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & { readonly to: string };

/** A link within the console: a real one, so that it can be opened in another tab, that loads nothing anew. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const { navigate } = useRouter();
  return (
    <a
      {...rest}
      href={to}
      onClick={(event) => {
        if (typeof onClick === 'function') onClick(event);
        const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (!isPlain || event.defaultPrevented) return;
        event.preventDefault();
        navigate(to);
      }}
    />
  );
}

import { useEffect } from 'preact/hooks';
import { ownPath } from '../routing/route';
import { useRouter } from '../routing/router';

/** Goes where a notification leads that was clicked while this page was open; the service worker says so. */
export function useNotificationClicks(): void {
  const { navigate } = useRouter();
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const follow = (event: MessageEvent): void => {
      const data = event.data as { readonly type?: unknown; readonly url?: unknown } | null;
      const path = data?.type === 'open' ? ownPath(data.url, location.origin) : undefined;
      if (path !== undefined) navigate(path);
    };
    navigator.serviceWorker.addEventListener('message', follow);
    return () => navigator.serviceWorker.removeEventListener('message', follow);
  }, [navigate]);
}

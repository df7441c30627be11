import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icon';

/** Says that this device has no network, for as long as it has none. */
export function OfflineBanner() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const follow = (): void => setOnline(navigator.onLine);
    addEventListener('online', follow);
    addEventListener('offline', follow);
    return () => {
      removeEventListener('online', follow);
      removeEventListener('offline', follow);
    };
  }, []);
  return (
    <div role="status">
      {online ? null : (
        <p class="offline">
          <Icon name="offline" />
          <span>You are offline. What you see may be old; it is brought up to date when the connection is back.</span>
        </p>
      )}
    </div>
  );
}

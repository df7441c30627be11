/** Whether this browser can be told of orders, and if not, why. */
export type PushSupport = 'yes' | 'insecure' | 'needs_home_screen' | 'no';

export interface BrowserTraits {
  readonly isSecureContext: boolean;
  readonly hasServiceWorker: boolean;
  readonly hasPushManager: boolean;
  readonly hasNotification: boolean;
  readonly userAgent: string;
  /** Opened from the home screen, as an app. */
  readonly isStandalone: boolean;
}

export function pushSupport(browser: BrowserTraits): PushSupport {
  if (!browser.isSecureContext) return 'insecure';
  if (browser.hasServiceWorker && browser.hasPushManager && browser.hasNotification) return 'yes';
  // Apple allows push to web apps on the home screen only.
  return /\b(iPhone|iPad)\b/.test(browser.userAgent) && !browser.isStandalone ? 'needs_home_screen' : 'no';
}

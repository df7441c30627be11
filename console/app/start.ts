import { applyTheme, savedTheme } from './theme';

/**
 * Runs before all else, under a name that every build has: it is there even where the page around it is of another build than
 * the server behind it.
 */

// Before anything is painted: a dark page must not flash white first.
applyTheme(savedTheme());

const KEY = 'order-booking.reloaded-at';
/** A page that fails again so soon would fail a third time. Longer leaves an owner before a page that one reload would mend. */
const AGAIN_MS = 30_000;

/**
 * The page names its files by their content. In the moment of a deploy they may be another build's, and gone: then what is there
 * now is fetched, once; and where that does not help the page says so, since it would stay white.
 */
addEventListener(
  'error',
  ({ target }) => {
    const isOurs =
      target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === 'stylesheet');
    if (!isOurs) return;
    if (mayReload()) location.reload();
    else addEventListener('load', sayIt);
  },
  true,
);

function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    const now = Date.now();
    if (Math.abs(now - last) < AGAIN_MS) return false;
    sessionStorage.setItem(KEY, String(now));
    return true;
  } catch {
    // Without storage nobody would know that it was tried: it could go on for ever.
    return false;
  }
}

function sayIt(): void {
  const app = document.getElementById('app');
  if (app === null || app.hasChildNodes()) return;
  const words = document.createElement('p');
  words.textContent = 'The console could not be loaded. Look at your connection, then try again.';
  const again = document.createElement('button');
  again.textContent = 'Try again';
  again.addEventListener('click', () => location.reload());
  const alert = document.createElement('main');
  alert.className = 'splash';
  alert.setAttribute('role', 'alert');
  alert.append(words, again);
  app.append(alert);
}

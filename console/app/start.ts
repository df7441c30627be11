import { RELOADED } from './reloaded';
import { applyTheme, savedTheme } from './theme';

/**
 * Runs before all else, under a name that every build has: it is there even where the page around it is of another build than
 * the server behind it.
 */

// Before anything is painted: a dark page must not flash white first.
applyTheme(savedTheme());

/**
 * The page names its files by their content. In the moment of a deploy they may be another build's, and gone: then what is there
 * now is fetched, once; and where that does not help the page says so, since it would stay white. What is not of our build, or
 * fails once the console is there, is no reason to take a page from its owner.
 */
addEventListener(
  'error',
  ({ target }) => {
    if (!isOurs(target) || document.getElementById('app')?.hasChildNodes()) return;
    if (mayReload()) location.reload();
    else addEventListener('load', sayIt);
  },
  true,
);

function isOurs(target: EventTarget | null): boolean {
  const address =
    target instanceof HTMLScriptElement ? target.src : target instanceof HTMLLinkElement ? target.href : undefined;
  return address?.startsWith(`${location.origin}/assets/`) === true;
}

/** Once, until the console has come up (see `main.tsx`): what fails slowly would be tried for ever. */
function mayReload(): boolean {
  try {
    if (sessionStorage.getItem(RELOADED) !== null) return false;
    sessionStorage.setItem(RELOADED, 'yes');
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

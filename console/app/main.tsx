import { render } from 'preact';
import { RELOADED } from './reloaded';
import { App } from './shell/app';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
try {
  sessionStorage.removeItem(RELOADED);
} catch {
  // Where storage is refused nothing was kept.
}

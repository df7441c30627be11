import type { ComponentChildren } from 'preact';
import { Brand } from './brand';

/** While it is not known yet who is there. */
export function Splash({ children }: { readonly children?: ComponentChildren }) {
  return (
    <main class="splash" aria-busy={children === undefined}>
      <h1 class="splash-brand">
        <Brand />
        <span class="sr-only">Order booking</span>
      </h1>
      {children}
    </main>
  );
}

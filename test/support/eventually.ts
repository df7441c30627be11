import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `look` returns something other than undefined or false; returns it. Waiting for a condition, never for a
 * time: the bound only turns a hang into a failure that says what was waited for.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 30_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await sleep(50);
  }
}

import type { BrowserContext, Page } from 'playwright-core';

/** Signs in as an owner does. Ends when the console is there. */
export async function signIn(page: Page, apiKey: string): Promise<void> {
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Console' }).waitFor();
}

/** Waits until new orders appear by themselves. */
export async function untilLive(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor();
}

/**
 * Leaves the stream of orders without an answer. What it brings has a page load its orders anew, at a moment of its own: so a page that
 * has loaded all that it shows asks the server nothing by itself any more.
 */
export async function withoutStream(context: BrowserContext): Promise<void> {
  await context.route('**/api/orders/stream*', () => undefined);
}

/**
 * Has a page that is there wait for answers for as long as they are held back. It gives a call up after 15 seconds, which what is done
 * meanwhile may take on a busy machine.
 */
export async function withPatience(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const set = setTimeout;
    window.setTimeout = (run, ms, ...given) => set(run, ms === 15_000 ? 300_000 : ms, ...given);
  })()`);
}

/** The order's name in the console: the end of its id. */
export function shortId(id: string): string {
  return id.slice(-6).toUpperCase();
}

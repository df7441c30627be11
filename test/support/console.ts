import type { Page } from 'playwright-core';

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

/** The order's name in the console: the end of its id. */
export function shortId(id: string): string {
  return id.slice(-6).toUpperCase();
}

/** Whether the server has another console by now than the one that runs here. */
let isReplaced = false;

export function hasNewVersion(): boolean {
  return isReplaced;
}

/**
 * Looks whether the server's first page still names the script that runs here. A tab may stay open for weeks, and an old page would
 * call a new API; from then on its next step loads the new one.
 */
export async function lookForNewVersion(): Promise<void> {
  const mine = document.querySelector('script[defer]')?.getAttribute('src');
  if (mine === null || mine === undefined) return;
  try {
    const page = await fetch('/', { headers: { accept: 'text/html' }, cache: 'no-cache', credentials: 'omit' });
    if (page.ok) isReplaced = !(await page.text()).includes(mine);
  } catch {
    // Gone again: whoever finds the server back looks again.
  }
}

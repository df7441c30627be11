import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { projectRoot } from '../../../../deploy/local/project-root';
import { eventually } from '../../../support/eventually';
import { append, type OpenSheets, openSheets } from './open-sheets';

const HEADER = ['Order ID', 'Date', 'Customer', 'Phone', 'Items', 'Total Qty', 'Status', 'Source', 'Notes', 'My notes'];
const ORDERS = [
  [
    'ord_8f31',
    '2026-11-02 09:14',
    'Maria Lopez',
    '+34600111222',
    '2 × Margherita, 1 × Cola',
    '3',
    'confirmed',
    'ai',
    'No onions',
    '',
  ],
  ['ord_2c77', '2026-11-02 09:21', 'Jonas Weber', '+4930123456', '1 × Lasagne', '1', 'pending', 'web', '', 'regular'],
  [
    'ord_b0d4',
    '2026-11-02 09:32',
    '=HYPERLINK("https://evil.example","pay")',
    '+447700900123',
    '4 × Tiramisù 🍰',
    '4',
    'processing',
    'ai',
    '<script>alert(1)</script>',
    '',
  ],
];
const SHOTS = join(projectRoot(), 'test-results', 'sheets-model');

/** The page in a real browser: what it looks like is in test-results/, what it does is here. */
describe('the sheet’s page in a browser', () => {
  let open: OpenSheets;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let id: string;
  let problems: string[];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    open = await openSheets();
    browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      // In a single process, the browser ends with its first context.
      args: chromium.args.filter((argument) => argument !== '--single-process'),
      headless: true,
    });
  });
  afterAll(async () => {
    await browser.close();
    await open.server.close();
  });

  beforeEach(async () => {
    id = await open.spreadsheet();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  });
  afterEach(async () => {
    // A policy that stops something of our own is told here as well.
    expect(problems).toEqual([]);
    // A draw may be on its way, of which the end of the page is no failure.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
    open.server.heal();
  });

  const write = async (rows: readonly (readonly string[])[]) =>
    (await open.client()).spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [append(rows)] } });
  const show = async () => {
    await page.goto(`${open.server.url}/spreadsheets/${id}`);
    await page.getByText('Live', { exact: true }).waitFor();
  };
  const cell = (row: number, column: number) => page.locator(`td[data-row="${row}"][data-column="${column}"]`);
  const column = (index: number) => open.server.rows(id, 'Orders')?.map((row) => row[index]);
  const violations = async () => {
    await page.evaluate(axe.source);
    const { violations: found } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
    return found.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(' ')}`);
  };

  it('shows rows the moment they are written, without a reload', async () => {
    await show();
    await page.getByText('Nothing on this sheet yet').waitFor();
    // Until the next news, which may follow at once: the call itself is news of its own.
    await page.evaluate(`window.mostChanged = 0; new MutationObserver(() => {
      window.mostChanged = Math.max(window.mostChanged, document.querySelectorAll('td.changed').length);
    }).observe(document.body, { subtree: true, childList: true, attributes: true }), 0`);
    await write([HEADER, ...ORDERS]);
    await page.getByRole('gridcell', { name: 'ord_b0d4' }).waitFor();
    expect(await page.evaluate('window.mostChanged')).toBeGreaterThan(20);
    expect(await cell(3, 2).textContent()).toBe('=HYPERLINK("https://evil.example","pay")');
    await page.locator('.calls').getByText('spreadsheets.batchUpdate').waitFor();
  });

  it('is worked on by keyboard alone', async () => {
    await write([HEADER, ...ORDERS]);
    await show();
    await cell(0, 0).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('[data-place]').textContent()).toBe('J2');
    await page.keyboard.type('call back');
    await page.keyboard.press('Enter');
    await eventually('the edit', () => column(9)?.[1] === 'call back');
    expect(await page.locator('[data-place]').textContent()).toBe('J3');
    await page.keyboard.press('F2');
    await page.keyboard.type(' customer');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    await eventually('the cleared cell', () => column(9)?.[2] === '');
    await page.locator('[data-entry]').fill('=A1');
    await page.locator('[data-entry]').press('Enter');
    await eventually('the formula', () => column(9)?.[2] === '#NAME?');
  });

  it('sorts, inserts, moves and deletes by its buttons', async () => {
    await write([HEADER, ...ORDERS]);
    await show();
    await cell(1, 0).click();
    await page.getByRole('button', { name: 'Sort: A → Z' }).click();
    await eventually('the sort', () => column(0)?.[1] === 'ord_2c77');
    await page.getByRole('button', { name: 'Row: Insert above' }).click();
    await eventually('the row', () => column(0)?.[1] === '');
    await page.getByRole('button', { name: 'Row: Delete' }).click();
    await eventually('the row gone', () => column(0)?.[1] === 'ord_2c77');
    await page.getByRole('button', { name: 'Column: Move right' }).click();
    await eventually('the moved column', () => column(1)?.[0] === 'Order ID');
    await page.locator('[data-place]', { hasText: 'B2' }).waitFor();
    await page.getByRole('button', { name: 'Column: Insert left' }).click();
    await eventually('the inserted column', () => column(2)?.[0] === 'Order ID');
    await page.getByRole('button', { name: 'Rename tab' }).click();
    await page.getByLabel('New name of the tab').fill('Bestellungen');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Bestellungen' }).waitFor();
    await page.getByRole('button', { name: 'Delete tab' }).click();
    await page.getByRole('link', { name: 'Sheet1' }).waitFor();
    expect(open.server.spreadsheet(id).tabs.map(({ title }) => title)).toEqual(['Sheet1']);
    await page.getByRole('button', { name: 'Delete tab' }).click();
    await page.getByText('The last tab cannot be deleted.').waitFor();
    // The browser tells of it by another way than the page does.
    await eventually('the refusal in the browser’s console', () => problems.length > 0);
    expect(problems.splice(0)).toEqual([expect.stringContaining('409')]);
  });

  it('makes Google fail, and lets it work again', async () => {
    await show();
    await page.getByLabel('What happens').selectOption({ label: 'Google is down (503)' });
    await page.getByLabel('To', { exact: true }).selectOption({ label: 'all calls' });
    await page.getByRole('button', { name: 'Let it fail' }).click();
    await page.locator('.faults').getByText('Google is down (503)').waitFor();
    await expect(write([HEADER])).rejects.toMatchObject({ status: 503 });
    await page.locator('.calls').getByText('503').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('All calls are answered as usual.').waitFor();
    await write([HEADER]);
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await page.getByRole('button', { name: 'Share', exact: true }).waitFor();
    await expect(write([HEADER])).rejects.toMatchObject({ status: 403 });
  });

  it('keeps what is being typed when the sheet changes under it', async () => {
    await write([HEADER, ...ORDERS]);
    await show();
    await cell(1, 9).dblclick();
    await page.keyboard.type('half a se');
    await write([['ord_new']]);
    await page.keyboard.type('ntence');
    await page.keyboard.press('Enter');
    await eventually('the sentence', () => column(9)?.[1] === 'half a sentence');
    await page.getByRole('gridcell', { name: 'ord_new' }).waitFor();
  });

  describe('whichever comes first', () => {
    const put = (text: string, row = 1) => open.server.act(id, { do: 'edit', tab: 'Orders', row, column: 0, text });
    const tab = () => page.locator('[data-grid] table').getAttribute('data-tab');

    /** The answers to the page's draws, in the order in which it asked: each arrives when it is called. */
    async function held(): Promise<(() => Promise<void>)[]> {
      const answers: (() => Promise<void>)[] = [];
      await page.route('**/parts*', async (route) => {
        const response = await route.fetch();
        answers.push(() => route.fulfill({ response }));
      });
      return answers;
    }

    beforeEach(() =>
      page.addInitScript(`
        window.answered = 0;
        window.read = '';
        const { fetch, Response } = window;
        const { json } = Response.prototype;
        window.fetch = async (...asked) => {
          const response = await fetch(...asked);
          window.answered += 1;
          return response;
        };
        Response.prototype.json = async function () {
          const body = await json.call(this);
          window.read += JSON.stringify(body);
          return body;
        };`),
    );

    it('shows what was written between the page and its news', async () => {
      await page.route('**/events', async (route) => {
        await put('ord_between');
        await route.continue();
      });
      await show();
      expect(await cell(1, 0).textContent()).toBe('ord_between');
    });

    it('shows what was written while it was not connected', async () => {
      let connections = 0;
      await page.route('**/events', async (route) => {
        connections += 1;
        const lost = { contentType: 'text/event-stream', body: 'retry: 10\n\n' };
        if (connections === 1) return route.fulfill(lost);
        await put(`ord_${connections}`);
        return route.continue();
      });
      await show();
      await page.getByRole('gridcell', { name: 'ord_2' }).waitFor();
    });

    it('shows what an answer brought while a cell was edited, once that is over', async () => {
      await show();
      const answers = await held();
      await put('ord_late');
      await eventually('a draw', () => answers[0]);
      await cell(5, 5).click();
      await page.keyboard.press('F2');
      const before = await page.evaluate('window.answered');
      await answers[0]?.();
      await eventually('its answer', async () => (await page.evaluate('window.answered')) !== before);
      await page.unroute('**/parts*');
      await page.keyboard.press('Escape');
      await page.getByRole('gridcell', { name: 'ord_late' }).waitFor();
    });

    it('does not go back to an answer that a later one has overtaken', async () => {
      await show();
      const answers = await held();
      await put('ord_old');
      await eventually('a draw', () => answers[0]);
      await put('ord_new');
      await eventually('another draw', () => answers[1]);
      await answers[1]?.();
      await page.getByRole('gridcell', { name: 'ord_new' }).waitFor();
      await answers[0]?.();
      await eventually('the old answer', () => page.evaluate(`window.read.includes('ord_old')`));
      expect(await cell(1, 0).textContent()).toBe('ord_new');
    });

    it('does not draw the tab any more that the person has left', async () => {
      await show();
      const answers = await held();
      await put('ord_old');
      await eventually('a draw', () => answers[0]);
      await page.getByRole('button', { name: 'Delete tab' }).click();
      await eventually('the draw after it', () => answers[1]);
      await answers[0]?.();
      await eventually('the old answer', () => page.evaluate(`window.read.includes('ord_old')`));
      expect(await page.getByRole('gridcell', { name: 'ord_old' }).count()).toBe(0);
      await eventually('the other tab', async () => {
        // The one that was asked when the tab had gone, and before its answer was here, does not count.
        for (const answer of answers.splice(1)) await answer();
        return (await tab()) === 'Sheet1';
      });
    });
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('has nothing that axe finds, in %s at %i pixels', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await show();
    await page.screenshot({ path: join(SHOTS, `empty-${colorScheme}-${width}.png`), fullPage: true });
    await write([HEADER, ...ORDERS]);
    open.server.fail({ fault: { do: 'drop_after_commit' }, match: { spreadsheet_id: id }, times: 3 });
    await page.getByRole('gridcell', { name: 'ord_b0d4' }).waitFor();
    await cell(2, 4).click();
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.screenshot({ path: join(SHOTS, `sheet-${colorScheme}-${width}.png`), fullPage: true });
    expect(await violations()).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.goto(open.server.url);
    await page.screenshot({ path: join(SHOTS, `list-${colorScheme}-${width}.png`), fullPage: true });
    expect(await violations()).toEqual([]);
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type BrowserContext, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';

/** A real Chromium for a test file. Nothing it loads may come from another machine. */
export interface TestBrowser {
  /** A browser profile of its own, with nothing in it. */
  open(baseUrl: string, options?: BrowserContextOptions): Promise<TestProfile>;
  close(): Promise<void>;
}

export interface TestProfile {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What no page may do: requests to elsewhere, violations of the content security policy, errors nobody caught. */
  readonly offences: readonly string[];
}

/** What a browser itself logs of answers that are errors, and of push, which it lacks; the tests look at what the page makes of them. */
const BROWSERS_OWN =
  /^(Failed to load resource: (the server responded with a status of \d+|net::ERR_)|Chrome currently does not support the Push API)/;

/**
 * Starts the Chromium of `CHROMIUM_PATH`, or the one of the npm package (Linux on x64). Works as root and without a screen;
 * names of other machines do not resolve in it.
 */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = process.env.CHROMIUM_PATH ?? (await chromium.executablePath());
  const folder = await mkdtemp(join(tmpdir(), 'order-booking-fonts-'));
  const fonts = await unpackFonts(folder);
  const browser = await playwright.launch({
    executablePath,
    headless: true,
    env: { ...process.env, FONTCONFIG_FILE: fonts },
    args: [
      '--no-sandbox',
      // Containers give /dev/shm 64 MB, which a page with a large picture fills: the tab then crashes.
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });

  return {
    async open(baseURL, options = {}) {
      const context = await browser.newContext({ baseURL, locale: 'en-GB', ...options });
      const offences: string[] = [];
      const page = await context.newPage();
      await context.addInitScript(TELL_VIOLATIONS);
      await context.route(
        ({ hostname }) => hostname !== '127.0.0.1',
        (route) => {
          offences.push(`a request to ${route.request().url()}`);
          return route.abort();
        },
      );
      context.on('console', (message) => {
        if (message.type() === 'error' && !BROWSERS_OWN.test(message.text())) offences.push(message.text());
      });
      context.on('weberror', (error) => offences.push(String(error.error())));
      return { context, page, offences };
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Chromium logs most violations by itself; the event tells all of them. */
const TELL_VIOLATIONS = `
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error('CSP: ' + event.violatedDirective + ' forbids ' + event.blockedURI + ' ' + event.sample);
  });
`;

/** What axe finds, as lines; empty when nothing is serious. `evaluate` is not bound by the page's own policy. */
export async function seriousAxeFindings(page: Page): Promise<readonly string[]> {
  // Half a megabyte: once a page is enough.
  if (await page.evaluate<boolean>('typeof axe === "undefined"')) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}

const BLOCK = 512;

/**
 * Unpacks the fonts of Chromium's package and makes them the default ones, so that pictures look alike on every machine, and
 * are readable on one that has no fonts at all. Returns fontconfig's file.
 */
async function unpackFonts(folder: string): Promise<string> {
  const archive = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..', 'bin', 'fonts.tar.br');
  const tar = existsSync(archive) ? brotliDecompressSync(await readFile(archive)) : Buffer.alloc(0);
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const text = (start: number, length: number) =>
      tar.toString('utf8', at + start, at + start + length).replace(/\0.*$/s, '');
    const [name, size] = [text(0, 100), Number.parseInt(text(124, 12), 8) || 0];
    if (name.endsWith('.ttf')) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, tar.subarray(at + BLOCK, at + BLOCK + size));
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  const preferred = ['system-ui', 'sans-serif'].map(
    (family) =>
      `<match target="pattern"><test name="family"><string>${family}</string></test>` +
      '<edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>',
  );
  const file = join(folder, 'fonts.conf');
  await writeFile(
    file,
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>' +
      `<dir>${folder}</dir><dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir><cachedir>${folder}/cache</cachedir>` +
      `${preferred.join('')}</fontconfig>`,
  );
  return file;
}

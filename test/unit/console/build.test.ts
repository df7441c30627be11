import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../../support/source-files';

/** What a phone on a slow network has to load before anything shows. */
const SCRIPT_LIMIT_BYTES = 100_000;
const STYLE_LIMIT_BYTES = 20_000;

let folder: string;
let out: string;

const build = () => promisify(execFile)(process.execPath, [join(PROJECT_ROOT, 'console', 'build.mjs'), '--out', out]);
const text = (...path: readonly string[]) => readFile(join(out, ...path), 'utf8');

/** The scripts and styles that a page loads before anything shows. */
async function loadedNames(): Promise<readonly string[]> {
  const names = (await readdir(join(out, 'assets'))).filter((name) => /\.(js|css)$/.test(name));
  return ['start.js', ...names.map((name) => join('assets', name))];
}

/** What is sent of all assets of a kind to a browser that takes gzip, which all do. */
async function gzippedBytes(extension: string): Promise<number> {
  const names = (await loadedNames()).filter((name) => name.endsWith(extension));
  const files = await Promise.all(names.map((name) => readFile(join(out, `${name}.gz`))));
  return files.reduce((sum, file) => sum + file.length, 0);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-booking-console-'));
  out = join(folder, 'console');
  await build();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the build of the console', () => {
  it('is small: under 100 kB of JavaScript, as it goes over the network', async () => {
    const scripts = await gzippedBytes('.js');
    expect(scripts).toBeGreaterThan(5_000);
    expect(scripts).toBeLessThan(SCRIPT_LIMIT_BYTES);
    expect(await gzippedBytes('.css')).toBeLessThan(STYLE_LIMIT_BYTES);
  });

  it('has every script and style compressed as well, as servers send them', async () => {
    const names = await loadedNames();
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const content = await readFile(join(out, name));
      expect(gunzipSync(await readFile(join(out, `${name}.gz`)))).toEqual(content);
      expect(brotliDecompressSync(await readFile(join(out, `${name}.br`)))).toEqual(content);
    }
  });

  it('names every asset by its content, and everything it names is there', async () => {
    const html = await text('index.html');
    const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThan(4);
    for (const path of named) expect((await stat(join(out, path))).size).toBeGreaterThan(0);
    for (const asset of await readdir(join(out, 'assets')))
      expect(asset).toMatch(/-[A-Z0-9]{8}\.(js|css)(\.(map|br|gz))?$/);
    const manifest = JSON.parse(await text('manifest.webmanifest')) as { icons: { src: string }[] };
    for (const { src } of manifest.icons) expect((await stat(join(out, src))).size).toBeGreaterThan(0);
  });

  it('has nothing that the content security policy forbids, and nothing from elsewhere', async () => {
    const html = await text('index.html');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i);
    const built = [html, await text('sw.js'), await text('start.js')];
    for (const name of await readdir(join(out, 'assets'))) {
      if (/\.(js|css)$/.test(name)) built.push(await text('assets', name));
    }
    const addresses = built.flatMap((file) => file.match(/\bhttps?:\/\/[^\s"'`)\\]+/g) ?? []);
    // Names of XML vocabularies, what links lead to, and examples: addresses that nothing loads.
    const harmless =
      /^https?:\/\/(www\.w3\.org\/|www\.standardwebhooks\.com\/|docs\.google\.com\/|example\.com\/|[^/]*$)/;
    expect(addresses.filter((address) => !harmless.test(address))).toEqual([]);
  });

  it('comes from sources that put no text of anybody into markup', async () => {
    const files = await readdir(join(PROJECT_ROOT, 'console'), { recursive: true, withFileTypes: true });
    const sources = files.filter((file) => file.isFile() && /\.tsx?$/.test(file.name));
    expect(sources.length).toBeGreaterThan(50);
    const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|\bstyle=|\beval\(|new Function\(|document\.write/;
    for (const { name, parentPath } of sources) {
      const found = forbidden.exec(await readFile(join(parentPath, name), 'utf8'));
      expect([name, found?.[0]]).toEqual([name, undefined]);
    }
  });

  it('is skipped while nothing has changed', async () => {
    const before = await stat(join(out, 'index.html'));
    await build();
    expect((await stat(join(out, 'index.html'))).mtimeMs).toBe(before.mtimeMs);
  });
});

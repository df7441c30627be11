import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * `node console/build.mjs [--out <folder>]`: builds the console into static files, by default into `dist/console`:
 *
 *   index.html, start.js, sw.js, manifest.webmanifest, icons    under names that stay; never to be cached without asking
 *   assets/<name>-<hash>.js|css                                 named by their content; may be kept for ever
 *   ….br|gz                                                     the same, compressed, for browsers that take it
 *
 * It is skipped while nothing that goes into it has changed. The folder is built aside and put in place whole, so that
 * nobody is served half of one build and half of another.
 */
const CONSOLE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(CONSOLE);

/** What the browsers of the last three years understand: newer syntax would show an owner an empty page. */
const BROWSERS = ['chrome109', 'edge109', 'firefox115', 'safari16.4'];

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(ROOT, 'dist', 'console'));
const stampFile = `${out}.sha256`;

const stamp = await inputsHash();
if (!existsSync(join(out, 'index.html')) || (await read(stampFile)) !== stamp) {
  const aside = `${out}.${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await buildInto(aside);
  await rm(out, { recursive: true, force: true });
  await rename(aside, out);
  await writeFile(stampFile, stamp);
}

/** @param {string} folder */
async function buildInto(folder) {
  await mkdir(folder, { recursive: true });
  const shared = { bundle: true, minify: true, target: BROWSERS, logLevel: 'warning', legalComments: 'none' };
  const page = await build({
    ...shared,
    entryPoints: [
      { in: join(CONSOLE, 'app', 'main.tsx'), out: 'app' },
      { in: join(CONSOLE, 'styles', 'console.css'), out: 'app' },
    ],
    entryNames: '[name]-[hash]',
    outdir: join(folder, 'assets'),
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    sourcemap: 'linked',
    metafile: true,
  });
  await build({
    ...shared,
    entryPoints: {
      start: join(CONSOLE, 'app', 'start.ts'),
      sw: join(CONSOLE, 'service-worker', 'sw.ts'),
    },
    outdir: folder,
    format: 'iife',
  });
  const sent = Object.keys(page.metafile.outputs).filter((path) => /\.(js|css)$/.test(path));
  await Promise.all([...sent, join(folder, 'start.js')].map(compress));
  await cp(join(CONSOLE, 'static'), folder, { recursive: true });

  const assets = Object.keys(page.metafile.outputs).map((path) => basename(path));
  const html = await readFile(join(CONSOLE, 'index.html'), 'utf8');
  const filled = html.replace(/%(\w+)\.(js|css)%/g, (placeholder, name, extension) => {
    const asset = assets.find((file) => file.startsWith(`${name}-`) && file.endsWith(`.${extension}`));
    if (asset === undefined) throw new Error(`nothing was built for ${placeholder}`);
    return `/assets/${asset}`;
  });
  await writeFile(join(folder, 'index.html'), filled);
}

/**
 * Once here, as small as it gets, rather than at every visit.
 * @param {string} path
 */
async function compress(path) {
  const content = await readFile(path);
  await writeFile(`${path}.br`, brotliCompressSync(content));
  await writeFile(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}

async function inputsHash() {
  const hash = createHash('sha256');
  const entries = await readdir(CONSOLE, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const file of [...files, join(ROOT, 'package-lock.json')].sort()) {
    hash.update(relative(ROOT, file)).update(await readFile(file));
  }
  return hash.digest('hex');
}

/** @param {string} file */
async function read(file) {
  return existsSync(file) ? readFile(file, 'utf8') : '';
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SystemError, ValidationError } from '../../../../domain/errors';
import type { RestApp } from './rest-call';

/** All that the console's pages may do: load our own files and talk to us. No inline script or style, no frame, no other host. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_POLICY,
  // A page's address names an order: no other site needs to learn it.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** These are named by their content, so one that was loaded never changes. */
const HASHED = /[/\\]assets[/\\][^/\\]+-[A-Za-z0-9_-]{8,}\.[a-z0-9.]+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
/** How the build names them. Of what callers ask for under `/assets/`, only what looks so ever meets the file system. */
const ASSET = /^\/[A-Za-z0-9]+-[A-Za-z0-9]{8}\.(?:js|css)(?:\.map)?$/;
/** All else is asked for again each time: a page of yesterday would ask for files that are gone, a worker of yesterday would stay. */
const ASK_AGAIN = 'no-cache';

/** What is never a page of the console, however it is written: a browser that asks for one of these is to be told the truth. */
const NO_PAGES = /^\/+(?:api|mcp|docs|openapi\.json|healthz|readyz|metrics|assets)(?:[/?]|$)/i;

const HTML = 'text/html; charset=utf-8';
const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Order booking</title></head>
<body><h1>The console has not been built</h1><p>Run <code>npm run build</code> and start again. The API works: see <a href="/docs">its documentation</a>.</p></body>
</html>
`;

/**
 * The console's files at `/`, as its build left them in `folder`, and its first page at every address that only the page
 * itself knows. The first page and the assets it names are read when they are asked for: a build that was made meanwhile is served
 * whole, where a page of one build with the assets of another would stay white. Without a build the process serves all else, and
 * says here what is missing.
 */
export async function consoleRoutes(app: RestApp, folder: string): Promise<void> {
  const indexFile = join(folder, 'index.html');
  // One that is made later has a page, but no routes to the files it names.
  const isBuilt = existsSync(indexFile);

  app.setNotFoundHandler(async (request, reply) => {
    if (!asksForPage(request)) throw new ValidationError('NOT_FOUND', 'There is no such route');
    return sendPage(request, reply);
  });

  if (!isBuilt) {
    app.get('/', { schema: { hide: true } }, sendPage);
    return;
  }
  const files = {
    // The documentation's own instance has the name.
    decorateReply: false,
    cacheControl: false,
    // The build lays them beside the assets: a third of the bytes, for a phone on a slow line.
    preCompressed: true,
    setHeaders(response, path) {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      response.setHeader('cache-control', HASHED.test(path) ? FOR_EVER : ASK_AGAIN);
      response.setHeader('vary', 'Accept-Encoding');
    },
  } satisfies Partial<FastifyStaticOptions>;
  // These have the same names in every build, so there is a route for each.
  await app.register(fastifyStatic, {
    ...files,
    root: folder,
    wildcard: false,
    globIgnore: ['assets/**', '**/*.{br,gz}'],
  });
  await app.register(fastifyStatic, {
    ...files,
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    allowedPath: (path) => ASSET.test(path),
  });

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    reply.headers({ ...HEADERS, 'cache-control': ASK_AGAIN, vary: 'Accept' });
    const index = isBuilt ? await readFile(indexFile, 'utf8').catch(() => undefined) : undefined;
    if (index !== undefined) return reply.type(HTML).send(index);
    request.failure = new SystemError('UNAVAILABLE', 'The console has not been built');
    if (!acceptsHtml(request.headers.accept)) throw request.failure;
    return reply.code(503).type(HTML).send(NOT_BUILT);
  }
}

function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && acceptsHtml(headers.accept) && !NO_PAGES.test(url);
}

/** Only a browser that goes somewhere names HTML; whoever takes anything at all is better served by an error. */
function acceptsHtml(accept: string | undefined): boolean {
  return accept?.toLowerCase().includes('text/html') === true;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the protocol's own conformance tool found in one of its scenarios. */
export interface ScenarioResult {
  readonly checks: readonly Check[];
  /** Of the checks that failed: their names, each with what was wrong. */
  readonly failures: readonly string[];
}

interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** The tool is an ES module that names an export of `fs` that Node 20 does not have, for a part of it that is not used here. */
const LOAD_ON_NODE_20 = `
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(\`
  export async function resolve(specifier, context, next) {
    if (specifier !== 'fs' || !context.parentURL?.includes('/@modelcontextprotocol/conformance/')) return next(specifier, context);
    const source = "export * from 'node:fs'; export function globSync() { throw new Error('not in this Node'); }";
    return { url: 'data:text/javascript,' + encodeURIComponent(source), shortCircuit: true };
  }
\`));`;

/** Runs all scenarios for servers, of every revision that the tool knows, and returns the results by scenario. */
export async function runConformance(mcpUrl: string, key: string): Promise<ReadonlyMap<string, ScenarioResult>> {
  const proxy = await addKey(mcpUrl, key);
  const output = mkdtempSync(join(tmpdir(), 'mcp-conformance-'));
  try {
    const tool = join(dirname(require.resolve('@modelcontextprotocol/conformance/package.json')), 'dist', 'index.js');
    const args = ['server', '--url', proxy.url, '--suite', 'all', '--output-dir', output];
    const loader = `data:text/javascript,${encodeURIComponent(LOAD_ON_NODE_20)}`;
    const child = spawn(process.execPath, ['--import', loader, tool, ...args], { stdio: 'ignore' });
    await once(child, 'close');
    return new Map(readdirSync(output).map((folder) => [scenarioOf(folder), readResult(join(output, folder))]));
  } finally {
    rmSync(output, { recursive: true });
    await proxy.close();
  }
}

/** The tool sends no key. Everything else goes through as it is, the Host it made up included. */
async function addKey(mcpUrl: string, key: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { hostname, port, pathname } = new URL(mcpUrl);
  const server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${key}` };
    const forwarded = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  // What the API says of its connections goes through as well, and it keeps them for longer than a server does by default.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `server-tools-list-2026-11-24T09-30-00-123Z` */
function scenarioOf(folder: string): string {
  return folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
}

function readResult(folder: string): ScenarioResult {
  const checks = JSON.parse(readFileSync(join(folder, 'checks.json'), 'utf8')) as Check[];
  const failed = checks.filter(({ status }) => status === 'FAILURE');
  return { checks, failures: failed.map(({ name, errorMessage }) => `${name}: ${errorMessage ?? 'failed'}`) };
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from 'pg';
import { processIdentity } from '../../deploy/local/process/process-identity';
import { projectRoot } from '../../deploy/local/project-root';
import { dataFolder } from '../../deploy/local/stack/data-folder';
import { mcpClientConfig } from '../../deploy/local/stack/mcp-client-config';
import { eventually } from '../support/eventually';
import { keptPort } from '../support/kept-port';
import { converse, REVISIONS } from '../support/mcp-client';

/** Starting it all took 4 s on two idle cores; here two other test files run beside it. */
const START_MS = 90_000;
jest.setTimeout(2 * START_MS);

const PORTS = [
  'HTTP_PORT',
  'GRPC_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'POSTGRES_PORT',
  'WORKER_HEALTH_PORT',
  'SYNC_HEALTH_PORT',
  'SHEETS_PORT',
];
const NODE_MAIN = [process.execPath, join(projectRoot(), 'dist', 'deploy', 'local', 'main.js')];
const PARTS = ['order-api', 'order-worker', 'postgres', 'sheets', 'sync-worker', 'temporal'];

describe('npm start', () => {
  const root = mkdtempSync(join(tmpdir(), 'local-stack-'));
  const folder = dataFolder(join(root, 'data'));
  const launched: Launched[] = [];
  /** Those that the system would choose might be given to the other test files before the stack has begun to listen. */
  const ports = new Set<number>();
  let stack: Launched;

  function takePort(): string {
    const [port] = ports;
    if (port === undefined) throw new Error('there are not ports enough for all starts');
    ports.delete(port);
    return String(port);
  }

  /** What `npm start -- …args` runs once it is built. */
  function launch(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, command = NODE_MAIN): Launched {
    const child = spawn(command[0] ?? '', [...command.slice(1), ...args], {
      env: {
        ...process.env,
        ...Object.fromEntries(PORTS.map((name) => [name, takePort()])),
        DATABASE_URL: '',
        GOOGLE_SHEETS_CREDENTIALS: '',
        ORDER_BOOKING_DATA_DIR: folder.path,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
    const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    const one = { child, exited, output: () => output };
    launched.push(one);
    return one;
  }

  async function start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Launched> {
    const one = launch(args, env);
    await eventually(
      'a stack that is up',
      () => {
        if (one.child.exitCode !== null) throw new Error(`it ended: ${one.output()}`);
        return one.output().includes('Everything is up');
      },
      START_MS,
    );
    return one;
  }

  async function stop(one: Launched): Promise<number | null> {
    one.child.kill('SIGTERM');
    return one.exited;
  }

  /** Runs one that is expected to end by itself at once. */
  async function fail(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
    const one = launch(args, env);
    expect(await one.exited).toBe(1);
    return one.output().trim().split('\n');
  }

  function devEnv(): Record<string, string> {
    const lines = readFileSync(folder.devEnv, 'utf8').split('\n');
    const pairs = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/=(.*)/s).slice(0, 2));
    return Object.fromEntries(pairs);
  }

  function children(): { name: string; pid: number; identity: string }[] {
    return JSON.parse(readFileSync(folder.children, 'utf8'));
  }

  function pidOf(name: string): number {
    return children().find((child) => child.name === name)?.pid ?? Number.NaN;
  }

  async function noneRuns(of: ReturnType<typeof children>): Promise<void> {
    await eventually(
      'the end of every child',
      () => of.every(({ pid, identity }) => processIdentity(pid) !== identity),
      START_MS,
    );
  }

  async function orders(method: 'GET' | 'POST', body?: object): Promise<{ status: number; orders: number }> {
    const { ORDER_API_URL, DEMO_API_KEY } = devEnv();
    const response = await fetch(`${ORDER_API_URL}/api/orders`, {
      method,
      headers: { authorization: `Bearer ${DEMO_API_KEY}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { data } = (await response.json()) as { data?: { orders?: unknown[] } };
    return { status: response.status, orders: data?.orders?.length ?? 0 };
  }

  /** The shell that die-with-parent.ts leaves behind to clean up. */
  function reapersOf(parent: ChildProcess): number[] {
    const table = execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' });
    const rows = [...table.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)];
    return rows
      .filter((row) => Number(row[2]) === parent.pid && row[3]?.startsWith('/bin/sh'))
      .map((row) => Number(row[1]));
  }

  beforeAll(async () => {
    // As root, Postgres is another user and must get to its folder through this one.
    chmodSync(root, 0o711);
    while (ports.size < 30 * PORTS.length) ports.add(await keptPort());
    stack = await start();
  });

  afterAll(async () => {
    await Promise.all(launched.map(stop));
    rmSync(root, { recursive: true, force: true });
  });

  it('brings up all parts, and says what runs where and what to try', async () => {
    expect(
      children()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(PARTS);
    const { ORDER_API_URL, ORDER_GRPC_ADDRESS, TEMPORAL_UI_URL, CONSOLE_URL, SHEETS_URL } = devEnv();
    for (const address of [ORDER_API_URL, ORDER_GRPC_ADDRESS, TEMPORAL_UI_URL, CONSOLE_URL, SHEETS_URL])
      expect(stack.output()).toContain(address);
    for (const page of [TEMPORAL_UI_URL, CONSOLE_URL, SHEETS_URL]) {
      const answer = await fetch(`${page}/`, { headers: { accept: 'text/html' } });
      expect([page, answer.status]).toEqual([page, 200]);
    }
  });

  it('prints a command that books an order as it is pasted', async () => {
    const command = /^ {2}(\. .*curl.*)$/m.exec(stack.output())?.[1] ?? '';
    const shell = spawn('sh', ['-c', command], { cwd: process.cwd(), stdio: ['ignore', 'pipe', 'pipe'] });
    let answer = '';
    shell.stdout.on('data', (data) => (answer += String(data)));
    expect(await new Promise((resolve) => shell.once('close', resolve))).toBe(0);
    expect(JSON.parse(answer)).toMatchObject({ success: true, data: { current_status: 'pending' } });
  });

  it('prints what an MCP client needs to take orders, as it is pasted', async () => {
    const { MCP_URL, DEMO_AI_KEY } = devEnv();
    const block = /^ {2}\{\n(?: {4}.*\n)+ {2}\}$/m.exec(stack.output())?.[0] ?? '';
    const config = JSON.parse(block) as ReturnType<typeof mcpClientConfig>;
    expect(config).toEqual(mcpClientConfig({ url: MCP_URL ?? '', key: DEMO_AI_KEY ?? '' }));
    const { url, headers } = config.mcpServers['order-booking'];
    for (const revision of REVISIONS) {
      const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
      const conversation = await converse(transport, { revision });
      expect((await conversation.call('start_booking')).data).toMatchObject({ booking: { step: 'start' } });
      await conversation.close();
    }
  });

  it('is found by the MCP server that a client starts by itself, wherever that is', async () => {
    const main = join(projectRoot(), 'dist', 'services', 'order-api', 'mcp-stdio', 'main.js');
    const env = { ORDER_BOOKING_DATA_DIR: folder.path };
    const transport = new StdioClientTransport({ command: process.execPath, args: [main], env, cwd: root });
    const conversation = await converse(transport, { revision: '2025' });
    expect((await conversation.call('start_booking')).data).toMatchObject({ booking: { step: 'start' } });
    await conversation.close();
  });

  it('keeps its secrets from other users', () => {
    const files = [folder.devEnv, folder.secrets, folder.temporalDb, folder.sheets, folder.sheetsCredentials];
    for (const file of files) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
  });

  it('gives the services a database role that row-level security binds', async () => {
    const client = new Client({ connectionString: devEnv().DATABASE_URL ?? '' });
    await client.connect();
    try {
      expect((await client.query('SELECT FROM orders')).rowCount).toBe(0);
      await expect(client.query('SELECT FROM api_keys')).rejects.toThrow('permission denied');
    } finally {
      await client.end();
    }
  });

  it('refuses a second start on the same data, with or without --reset, and leaves the first one alone', async () => {
    for (const args of [[], ['--reset']]) {
      const lines = await fail(args);
      expect(lines).toEqual([
        expect.stringContaining(`is running already on ${folder.path} (process ${stack.child.pid})`),
      ]);
    }
    expect((await orders('GET')).status).toBe(200);
  });

  it.each(['order-api', 'sync-worker', 'postgres'] as const)('starts %s again when it is killed', async (name) => {
    const before = pidOf(name);
    process.kill(before, 'SIGKILL');
    await eventually(
      `another ${name}`,
      () => pidOf(name) !== before && stack.output().includes(`${name} is up again`),
      START_MS,
    );
    await eventually(
      'orders that can be read',
      async () => (await orders('GET').catch(() => undefined))?.status === 200,
      START_MS,
    );
    expect((await orders('GET')).orders).toBe(1);
  });

  it('ends its children with itself when it is killed', async () => {
    const left = children();
    stack.child.kill('SIGKILL');
    await stack.exited;
    await noneRuns(left);
  });

  it('takes up the data after that, and stops what is left when even the clean-up was killed', async () => {
    stack = await start();
    expect((await orders('GET')).orders).toBe(1);
    const left = children();
    for (const pid of reapersOf(stack.child)) process.kill(pid, 'SIGKILL');
    stack.child.kill('SIGKILL');
    await stack.exited;
    expect(left.every(({ pid, identity }) => processIdentity(pid) === identity)).toBe(true);

    stack = await start();
    expect(stack.output()).toContain('Stopped what an earlier start left running: ');
    await noneRuns(left);
    expect((await orders('GET')).orders).toBe(1);
  });

  it('starts from a shell that sourced dev.env, and does not take its own old addresses for foreign servers', async () => {
    expect(await stop(stack)).toBe(0);
    stack = await start([], { DATABASE_URL: devEnv().DATABASE_URL, TEMPORAL_ADDRESS: devEnv().TEMPORAL_ADDRESS });
    expect(children()).toHaveLength(PARTS.length);
  });

  it('stops everything on SIGTERM, and exits 0', async () => {
    const left = children();
    expect(await stop(stack)).toBe(0);
    expect(left.filter(({ pid, identity }) => processIdentity(pid) === identity)).toEqual([]);
    expect([folder.lock, folder.children].filter(existsSync)).toEqual([]);
  });

  it('stops everything when npm is stopped, although the shell between them passes no signal on', async () => {
    const one = launch([], { npm_lifecycle_event: 'start' }, ['sh', '-c', `"${NODE_MAIN.join('" "')}"; true`]);
    await eventually('a stack that is up', () => one.output().includes('Everything is up'), START_MS);
    const left = children();
    one.child.kill('SIGTERM');
    await noneRuns(left);
    await eventually('the end of the stack', () => !existsSync(folder.lock), START_MS);
  });

  it('lets one of two that start at once through', async () => {
    const both = [launch(), launch()];
    const loser = await Promise.race(both.map((one) => one.exited.then(() => one)));
    expect(loser.output()).toMatch(/^The stack is running already on [^\n]*\n$/);
    const winner = both.find((one) => one !== loser);
    await eventually('the other one', () => winner?.output().includes('Everything is up'), START_MS);
    if (winner !== undefined) expect(await stop(winner)).toBe(0);
  });

  it('leaves no child when it is stopped while it starts', async () => {
    const one = launch();
    await eventually('its first children', () => existsSync(folder.children) && children().length > 0, START_MS);
    const left = children();
    expect(await stop(one)).toBe(0);
    await noneRuns(left);
  });

  it('names a port that is taken before it starts anything', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await fail([], { GRPC_PORT: String(port) })).toEqual([
        expect.stringMatching(new RegExp(`^Port ${port} \\(for the gRPC API\\) is taken: .*GRPC_PORT=`)),
      ]);
    } finally {
      server.close();
    }
  });

  it('names every bad variable at once', async () => {
    const lines = await fail([], { HTTP_PORT: 'eighty', GRPC_PORT: '99999', TEMPORAL_ADDRESS: 'somewhere' });
    expect(lines.slice(1).map((line) => line.trim().split(':')[0])).toEqual([
      'GRPC_PORT',
      'HTTP_PORT',
      'TEMPORAL_ADDRESS',
    ]);
  });

  it('says what to do about a damaged data folder', async () => {
    const version = join(folder.postgres, 'PG_VERSION');
    renameSync(version, `${version}.away`);
    expect((await fail()).at(-1)).toMatch(/^Postgres cannot open its data folder .* npm start -- --reset$/);
    renameSync(`${version}.away`, version);

    const secrets = readFileSync(folder.secrets);
    writeFileSync(folder.secrets, '{');
    expect(await fail()).toEqual([expect.stringMatching(/secrets\.json is damaged: .* npm start -- --reset$/)]);
    writeFileSync(folder.secrets, secrets);
  });

  it('forgets all data with --reset and starts afresh', async () => {
    const before = readFileSync(folder.secrets, 'utf8');
    stack = await start(['--reset']);
    expect(readFileSync(folder.secrets, 'utf8')).not.toBe(before);
    expect((await orders('GET')).orders).toBe(0);
    expect(await stop(stack)).toBe(0);
  });

  it('answers --help and an unknown option with the usage', async () => {
    const help = launch(['--help']);
    expect(await help.exited).toBe(0);
    expect(help.output()).toMatch(/^Usage: npm start/);
    expect(await fail(['--rest'])).toEqual([expect.stringContaining('Usage: npm start')]);
  });
});

interface Launched {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
}

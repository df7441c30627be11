import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, makeDataFolder } from '../../../deploy/local/stack/data-folder';
import { createStack } from '../../../deploy/local/stack/stack';
import { readStackConfig } from '../../../deploy/local/stack/stack-config';
import { eventually } from '../../support/eventually';

const PORTS = ['HTTP_PORT', 'GRPC_PORT', 'WORKER_HEALTH_PORT', 'SYNC_HEALTH_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'];

describe('a stack that is stopped while it starts', () => {
  const root = mkdtempSync(join(tmpdir(), 'stack-'));
  const sockets = new Set<Socket>();
  /** A database that does not answer: the start waits for it. */
  const silent = createServer((socket) => sockets.add(socket.on('error', () => {})));

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
    rmSync(root, { recursive: true });
  });

  it('starts nothing any more', async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const [asked, answer, started] = ['asked', 'answer', 'started'].map((name) => join(root, name));
    const cli = join(root, 'temporal');
    execFileSync('mkfifo', [answer ?? '']);
    // It says which version it is when it is told to, and a server it is only for a moment.
    writeFileSync(
      cli,
      `#!/bin/sh
if [ "$1" = server ]; then touch '${started}'; exit 1; fi
touch '${asked}'
cat '${answer}'
`,
      { mode: 0o755 },
    );
    const config = readStackConfig({
      ...process.env,
      ...Object.fromEntries(PORTS.map((name) => [name, '0'])),
      ORDER_BOOKING_DATA_DIR: root,
      DATABASE_URL: `postgres://owner@127.0.0.1:${port}/orders`,
      GOOGLE_SHEETS_CREDENTIALS: '{}',
      TEMPORAL_ADDRESS: '',
      TEMPORAL_CLI: cli,
    });
    const folder = dataFolder(root);
    makeDataFolder(folder);
    const stack = createStack(config, folder, () => {});
    const ended = expect(stack.start()).rejects.toThrow('temporal is not started: the stack is being stopped.');
    await eventually('the question for the version', () => existsSync(asked ?? ''));
    await stack.stop();
    writeFileSync(answer ?? '', 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)\n');
    await ended;
    expect([started ?? '', folder.children].filter(existsSync)).toEqual([]);
  });
});

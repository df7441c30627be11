import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordChildren, stopRecordedChildren } from '../../../deploy/local/process/children-record';
import { keepRunning } from '../../../deploy/local/process/keep-running';
import { processIdentity } from '../../../deploy/local/process/process-identity';
import { type RunningProcess, startProcess } from '../../../deploy/local/process/start-process';
import { projectRoot } from '../../../deploy/local/project-root';
import { eventually } from '../../support/eventually';

const SLEEP = 'exec sleep 60';

describe('child processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'process-'));
  const started: RunningProcess[] = [];

  afterEach(() => {
    for (const child of started.splice(0)) child.kill();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function shell(script: string, onLine: (line: string) => void = () => {}): Promise<RunningProcess> {
    const child = await startProcess({
      name: 'shell',
      command: '/bin/sh',
      args: ['-c', script],
      stopSignal: 'SIGTERM',
      output: { onLine },
    });
    started.push(child);
    return child;
  }

  it('are told by their identity from others and from the dead', async () => {
    const [one, other] = [await shell(SLEEP), await shell(SLEEP)];
    expect(processIdentity(one.pid)).toBe(one.identity);
    await one.stop();
    expect(processIdentity(one.pid)).toBeUndefined();
    expect(processIdentity(other.pid)).toBe(other.identity);
  });

  it('stop when they are asked to', async () => {
    const child = await shell(SLEEP);
    await child.stop();
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(child.running()).toBe(false);
  });

  it('are killed, with what they started, when they do not stop in time', async () => {
    const lines: string[] = [];
    const child = await shell('trap "" TERM; sleep 60 & echo $!; wait; sleep 60', (line) => lines.push(line));
    const grandchild = Number(await eventually('the grandchild', () => lines[0]));
    await child.stop(100);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await eventually('the end of the grandchild', () => processIdentity(grandchild) === undefined);
  });

  it('leave only private files', async () => {
    const file = join(folder, 'written');
    await (await shell(`echo > '${file}'; ls -l '${file}' > '${file}.mode'`)).exited;
    expect(readFileSync(`${file}.mode`, 'utf8')).toMatch(/^-rw-------/);
  });

  it('fail to start with the reason', async () => {
    const starting = startProcess({
      name: 'none',
      command: '/none',
      args: [],
      stopSignal: 'SIGTERM',
      output: { onLine() {} },
    });
    await expect(starting).rejects.toThrow('ENOENT');
  });

  it('end with a parent that is killed', async () => {
    const module = join(projectRoot(), 'dist', 'deploy', 'local', 'process', 'start-process.js');
    const script = `require(${JSON.stringify(module)}).startProcess({ name: 'c', command: 'sleep', args: ['60'],
      stopSignal: 'SIGTERM', output: { onLine() {} } }).then((child) => console.log(child.pid))`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data) => resolve(Number(data))));
    expect(processIdentity(pid)).toBeDefined();
    parent.kill('SIGKILL');
    await eventually('the end of the child', () => processIdentity(pid) === undefined);
  });

  it('that a killed start left behind are found and stopped by the next one, the newest first', async () => {
    const record = join(folder, 'children.json');
    const recorder = recordChildren(record);
    const [older, newer] = [await shell(SLEEP), await shell(SLEEP)];
    recorder.add({ ...older, name: 'older' });
    recorder.add({ ...newer, name: 'newer' });
    expect(await stopRecordedChildren(record)).toEqual(['newer', 'older']);
    // Its end is heard of a moment after it.
    await eventually('the end of both', () => !older.running() && !newer.running());
    expect(await stopRecordedChildren(record)).toEqual([]);
  });

  it('that merely have the pid of one left behind are spared', async () => {
    const record = join(folder, 'children.json');
    const stranger = await shell(SLEEP);
    recordChildren(record).add({ ...stranger, name: 'ours', identity: 'of an earlier process' });
    expect(await stopRecordedChildren(record)).toEqual([]);
    expect(stranger.running()).toBe(true);
  });
});

describe('a server that is kept running', () => {
  function keep(script: string) {
    const spawned: RunningProcess[] = [];
    const lines: string[] = [];
    const kept = keepRunning({
      name: 'server',
      start: async (onSpawned) => {
        const output = { onLine() {} };
        onSpawned(
          await startProcess({ name: 'server', command: 'sh', args: ['-c', script], stopSignal: 'SIGTERM', output }),
        );
      },
      onSpawned: (child) => spawned.push(child),
      onLine: (line) => lines.push(line),
    });
    return { kept, spawned, lines };
  }

  it('is started again when it ends by itself, and says so', async () => {
    const { kept, spawned, lines } = keep(SLEEP);
    await kept.ready;
    spawned[0]?.kill();
    await eventually('the second start', () => spawned.length === 2);
    expect(lines[0]).toBe('server ended by itself (SIGKILL); starting it again in 0.5 s');
    await kept.stop();
    expect(spawned[1]?.running()).toBe(false);
  });

  it('stays down once it was stopped', async () => {
    const { kept, spawned, lines } = keep(SLEEP);
    await kept.ready;
    await kept.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(spawned).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it.each([0, 1])('is gone once it was stopped in the middle of start %i, before there was a process', async (late) => {
    const spawned: RunningProcess[] = [];
    const toldAt: boolean[] = [];
    let starts = 0;
    let goOn = (): void => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const kept = keepRunning({
      name: 'server',
      start: async (onSpawned) => {
        starts += 1;
        if (starts > late) await gate;
        const output = { onLine() {} };
        onSpawned(
          await startProcess({ name: 'server', command: 'sh', args: ['-c', SLEEP], stopSignal: 'SIGTERM', output }),
        );
      },
      onSpawned: (child) => spawned.push(child),
      onLine() {},
    });
    if (late > 0) await kept.ready;
    spawned[0]?.kill();
    await eventually('the start', () => starts > late);
    const stopped = kept.stop().then(() => toldAt.push(spawned[late]?.running() === false));
    goOn();
    await stopped;
    expect(toldAt).toEqual([true]);
    await Promise.all(spawned.map((child) => child.stop()));
  });

  it('leaves a failing first start to the caller', async () => {
    const start = () => Promise.reject(new Error('the port is taken'));
    const kept = keepRunning({ name: 'server', start, onSpawned() {}, onLine() {} });
    await expect(kept.ready).rejects.toThrow('the port is taken');
  });
});

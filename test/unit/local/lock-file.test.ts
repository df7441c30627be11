import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryLock } from '../../../deploy/local/process/lock-file';
import { processIdentity } from '../../../deploy/local/process/process-identity';

describe('a lock file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  const path = join(folder, 'stack.lock');

  beforeEach(() => rmSync(path, { force: true }));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is taken once, and again after it was released', () => {
    const first = tryLock(path);
    expect(tryLock(path)).toEqual({ taken: false, heldBy: process.pid });
    if (first.taken) first.release();
    expect(existsSync(path)).toBe(false);
    expect(tryLock(path).taken).toBe(true);
  });

  it('names the process that holds it', () => {
    const holder = process.ppid;
    writeFileSync(path, JSON.stringify({ pid: holder, identity: processIdentity(holder) }));
    expect(tryLock(path)).toEqual({ taken: false, heldBy: holder });
  });

  it('is taken over from a holder that died', async () => {
    const child = spawn('true');
    await new Promise((resolve) => child.once('exit', resolve));
    writeFileSync(path, JSON.stringify({ pid: child.pid, identity: 'of a process that is gone' }));
    expect(tryLock(path).taken).toBe(true);
  });

  it('is taken over when the pid of its holder belongs to another process now', () => {
    writeFileSync(path, JSON.stringify({ pid: process.ppid, identity: 'of an earlier process with this pid' }));
    expect(tryLock(path).taken).toBe(true);
  });

  it('is taken over when it is damaged', () => {
    writeFileSync(path, '');
    expect(tryLock(path).taken).toBe(true);
  });

  it('leaves nothing beside it', () => {
    writeFileSync(path, '');
    tryLock(path);
    expect(readdirSync(folder)).toEqual(['stack.lock']);
  });

  it('is not released by somebody who lost it', () => {
    const lost = tryLock(path);
    const other = JSON.stringify({ pid: process.ppid, identity: processIdentity(process.ppid) });
    writeFileSync(path, other);
    if (lost.taken) lost.release();
    expect(tryLock(path).taken).toBe(false);
  });
});

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTemporal } from '../../../deploy/local/temporal/build-temporal';
import { pinnedTemporalVersion, temporalCacheFolder } from '../../../deploy/local/temporal/cache-folder';
import { findTemporal } from '../../../deploy/local/temporal/find-temporal';

describe('finding Temporal', () => {
  const root = mkdtempSync(join(tmpdir(), 'find-temporal-'));
  const cacheDir = join(root, 'cache');
  const onPath = fakeTemporal('path');
  const named = fakeTemporal('named');
  const onProgress = () => {};

  afterAll(() => rmSync(root, { recursive: true }));

  function fakeTemporal(folder: string, says = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)'): string {
    mkdirSync(join(root, folder), { recursive: true });
    const path = join(root, folder, 'temporal');
    writeFileSync(path, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
    return path;
  }

  it('takes TEMPORAL_ADDRESS before all else', async () => {
    const env = { TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_CLI: named, PATH: join(root, 'path') };
    expect(await findTemporal({ env, cacheDir, onProgress })).toEqual({
      kind: 'external',
      address: 'temporal.example:7233',
    });
  });

  it('takes TEMPORAL_CLI before PATH', async () => {
    const env = { TEMPORAL_ADDRESS: '', TEMPORAL_CLI: named, PATH: join(root, 'path') };
    expect(await findTemporal({ env, cacheDir, onProgress })).toEqual({
      kind: 'binary',
      path: named,
      source: 'TEMPORAL_CLI',
    });
  });

  it('takes temporal on PATH before the cache', async () => {
    fakeTemporal('cache');
    const env = { PATH: `${join(root, 'none')}:${join(root, 'path')}` };
    expect(await findTemporal({ env, cacheDir, onProgress })).toEqual({ kind: 'binary', path: onPath, source: 'PATH' });
  });

  it('takes what the cache has before it fetches anything, and passes over a stranger of that name on PATH', async () => {
    fakeTemporal('stranger', 'temporal 3, the calendar');
    const path = fakeTemporal('cache');
    const env = { PATH: join(root, 'stranger') };
    expect(await findTemporal({ env, cacheDir, onProgress })).toEqual({ kind: 'binary', path, source: 'cache' });
  });

  it('refuses a TEMPORAL_CLI that is no Temporal, rather than quietly taking another one', async () => {
    const env = { TEMPORAL_CLI: '/bin/true', PATH: join(root, 'path') };
    await expect(findTemporal({ env, cacheDir, onProgress })).rejects.toThrow('TEMPORAL_CLI=/bin/true is not');
  });

  it('says in one line what to do when Go is missing', async () => {
    const target = join(root, 'built', 'temporal');
    const env = { PATH: join(root, 'none') };
    const building = buildTemporal({ version: 'v1.8.2', folder: join(root, 'built'), target, env, onProgress });
    await expect(building).rejects.toThrow(/^[^\n]*install Go 1\.26 or newer, or set TEMPORAL_CLI=[^\n]*$/);
    expect(existsSync(target)).toBe(false);
  });

  it('says in one line what to do when Go is too old', async () => {
    const folder = join(root, 'old-go');
    mkdirSync(folder);
    writeFileSync(join(folder, 'go'), '#!/bin/sh\necho go1.20.14\n', { mode: 0o755 });
    const env = { PATH: `${folder}:/bin:/usr/bin` };
    const building = buildTemporal({ version: 'v1.8.2', folder, target: join(folder, 'temporal'), env, onProgress });
    await expect(building).rejects.toThrow(/^go1\.20\.14 is too old .*install Go 1\.26 or newer/);
  });

  it('pins a version, and keeps it apart from others in the cache', () => {
    expect(pinnedTemporalVersion()).toMatch(/^v\d+\.\d+\.\d+$/);
    const folder = temporalCacheFolder({ XDG_CACHE_HOME: '/cache' });
    expect(folder).toMatch(/^\/cache\/order-booking\/temporal-[0-9a-f]{12}$/);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../deploy/local/project-root';
import { createScene, type Scene, UNHURRIED } from '../support/scene';

const SIGNALLED = { NODE_OPTIONS: `--require "${join(__dirname, '..', 'support', 'signal-when-listening.cjs')}"` };

describe('a process that is told to end as soon as it can be reached', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await createScene();
  });
  afterAll(() => scene.close());

  it.each(['startApi', 'startWorker', 'startSyncWorker'] as const)('closes what it has, by scene.%s', async (start) => {
    const service = await scene[start]({ ...UNHURRIED, ...SIGNALLED });
    expect(await service.exited).toBe(0);
    expect(service.lines.at(-1)).toContain('"event":"stopped"');
  });

  it('closes what it has, as the model of Google Sheets', async () => {
    const main = join(projectRoot(), 'dist', 'deploy', 'local', 'sheets', 'main.js');
    const env = { PATH: process.env.PATH, SHEETS_PORT: '0', ...SIGNALLED };
    const model = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    model.stdout.on('data', (data) => {
      output += String(data);
    });
    expect(await once(model, 'close')).toEqual([0, null]);
    expect(output).toContain('"event":"stopped"');
  });
});

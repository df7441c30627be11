import type { keptPort } from '../../support/kept-port';

/** As many as local-stack.test.ts takes, which takes the most. */
const MOST = 240;
/** Numbers that no worker here has: to draw a port is to listen on it for a moment, and another file's server may just come back there. */
const WORKERS = [undefined, '21', '22', '23', '24', '25', '26', '27', '28'];

/** What a test file of this worker draws. */
async function drawn(worker: string | undefined): Promise<number[]> {
  const ports: number[] = [];
  const before = process.env.JEST_WORKER_ID;
  await jest.isolateModulesAsync(async () => {
    if (worker === undefined) delete process.env.JEST_WORKER_ID;
    else process.env.JEST_WORKER_ID = worker;
    try {
      const module = require('../../support/kept-port') as { keptPort: typeof keptPort };
      while (ports.length < MOST) ports.push(await module.keptPort());
    } finally {
      process.env.JEST_WORKER_ID = before;
    }
  });
  return ports;
}

describe('kept ports', () => {
  it('are drawn once only, whichever of the files that run at the same time draws', async () => {
    const all: number[] = [];
    for (const worker of WORKERS) all.push(...(await drawn(worker)));
    expect(all.length - new Set(all).size).toBe(0);
  });

  it('are other ones in the next run', async () => {
    expect(await drawn('21')).not.toEqual(await drawn('21'));
  });
});

import type { keptPort } from '../../support/kept-port';
import { runFixture } from '../platform/fixtures/run-fixture';

/** As many as local-stack.test.ts takes, which takes the most. */
const MOST = 240;

/** What the next test file of this process draws. */
async function drawn(): Promise<number[]> {
  const ports: number[] = [];
  await jest.isolateModulesAsync(async () => {
    const module = require('../../support/kept-port') as { keptPort: typeof keptPort };
    while (ports.length < MOST) ports.push(await module.keptPort());
  });
  return ports;
}

describe('kept ports', () => {
  it('are drawn once only, whoever draws them at the same time', async () => {
    const others = [1, 2, 3].map(() => runFixture('draw-ports.ts', String(MOST)));
    try {
      await Promise.all(others.map((other) => other.printed('drawn')));
    } finally {
      for (const other of others) other.process.kill();
    }
    const outputs = await Promise.all(others.map(async (other) => (await other.ended).output));
    const all = outputs.flatMap((output) => JSON.parse(output.replace('drawn', '')) as number[]);
    expect(all).toHaveLength(3 * MOST);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are drawn from the same ones by the next file, in another order', async () => {
    const [first, second] = [await drawn(), await drawn()];
    expect(new Set(first).size).toBe(MOST);
    expect(second).not.toEqual(first);
    // Of 375, two lots of 240 have at least 105 in common.
    expect(second.filter((port) => first.includes(port)).length).toBeGreaterThanOrEqual(2 * MOST - 375);
  });
});

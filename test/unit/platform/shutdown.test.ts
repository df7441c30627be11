import { type Fixture, runFixture } from './fixtures/run-fixture';

async function start(mode: string): Promise<Fixture> {
  const fixture = runFixture('shutdown-process.ts', mode);
  await fixture.printed('waiting');
  return fixture;
}

describe('runUntilShutdown', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s runs the steps in order and ends with 0', async (signal) => {
    const fixture = await start('ordinary');
    fixture.process.kill(signal);
    const { code, output } = await fixture.ended;
    expect(code).toBe(0);
    expect(output.indexOf('step first')).toBeLessThan(output.indexOf('step second'));
    expect(output).toContain('"event":"stopped"');
  });

  test('a step that fails does not keep the later ones from running, and the code is 1', async () => {
    const fixture = await start('step-fails');
    fixture.process.kill('SIGTERM');
    const { code, output } = await fixture.ended;
    expect(code).toBe(1);
    expect(output).toContain('step second');
    expect(output).toContain('"event":"shutdownStepFailed"');
    expect(output).not.toContain('Canary');
  });

  test('a step that hangs leaves the later ones their time, and the code is 1', async () => {
    const fixture = await start('step-hangs');
    fixture.process.kill('SIGTERM');
    const { code, output } = await fixture.ended;
    expect(code).toBe(1);
    expect(output).toContain('"event":"shutdownStepLate"');
    expect(output).toContain('step second');
  });

  test('the process ends with 1 when the grace is used up', async () => {
    const fixture = await start('grace');
    fixture.process.kill('SIGTERM');
    const startedAt = performance.now();
    const { code } = await fixture.ended;
    expect(code).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  test('a second signal ends the process with 1 at once', async () => {
    const fixture = await start('second-signal');
    fixture.process.kill('SIGTERM');
    await fixture.printed('step first');
    fixture.process.kill('SIGINT');
    const { code, output } = await fixture.ended;
    expect(code).toBe(1);
    expect(output).not.toContain('step second');
  });

  test.each([
    ['an unhandled rejection', 'uncaught', 'unhandledRejection'],
    ['work that fails', 'work-fails', 'workFailed'],
    ['work that ends by itself', 'work-ends', 'workEnded'],
  ])('%s is logged without its message, the steps run, and the code is 1', async (_what, mode, event) => {
    const { code, output, errors } = await runFixture('shutdown-process.ts', mode).ended;
    expect(code).toBe(1);
    expect(output).toContain(`"event":"${event}"`);
    expect(output).toContain('step second');
    expect(output + errors).not.toContain('Canary');
  });
});

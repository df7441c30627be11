import { createReadiness } from '../../../services/order-api/readiness';

const yes = async () => undefined;
const no = async () => {
  throw new Error('down');
};

afterEach(() => jest.useRealTimers());

test('is ready when every dependency answers', async () => {
  expect(await createReadiness({ checks: { a: yes, b: yes } }).report()).toEqual({
    ready: true,
    checks: { a: true, b: true },
  });
});

test('says which one does not answer, by an error, in vain or thrown at once', async () => {
  const readiness = createReadiness({
    timeoutMs: 20,
    checks: {
      fails: no,
      hangs: () => new Promise(() => undefined),
      throws: () => {
        throw new Error('not even a promise');
      },
      works: yes,
    },
  });
  expect(await readiness.report()).toEqual({
    ready: false,
    checks: { fails: false, hangs: false, throws: false, works: true },
  });
});

test('a hundred who ask at once see one check, and a later one a new one', async () => {
  // Real ones may pass while the hundred ask.
  jest.useFakeTimers();
  let checks = 0;
  let up = true;
  const readiness = createReadiness({
    shareMs: 50,
    checks: {
      a: async () => {
        checks += 1;
        if (!up) throw new Error('down');
      },
    },
  });
  await Promise.all(Array.from({ length: 100 }, () => readiness.report()));
  expect(checks).toBe(1);
  up = false;
  jest.advanceTimersByTime(60);
  expect((await readiness.report()).ready).toBe(false);
  expect(checks).toBe(2);
});

test('a drain makes it unready for good, whatever the checks say', async () => {
  const readiness = createReadiness({ checks: { a: yes } });
  await readiness.report();
  readiness.drain();
  expect(await readiness.report()).toEqual({ ready: false, checks: { a: true } });
});

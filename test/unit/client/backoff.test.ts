import { backoffMs } from '../../../client/backoff';
import fc from '../../support/fast-check';

const POLICY = { maxAttempts: 9, firstDelayMs: 100, maxDelayMs: 5_000 };

describe('the wait before a retry', () => {
  it('is anything from nothing to a bound that doubles', () => {
    const longest = [1, 2, 3, 4, 5, 6].map((attempt) => backoffMs(POLICY, attempt, 0.999_999));
    expect(longest).toEqual([99, 199, 399, 799, 1599, 3199]);
    expect([1, 2, 3].map((attempt) => backoffMs(POLICY, attempt, 0))).toEqual([0, 0, 0]);
    expect(backoffMs(POLICY, 3, 0.5)).toBe(200);
  });

  it('never leaves its bounds, however often it is tried', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (attempt, random, firstDelayMs, maxDelayMs) => {
          const wait = backoffMs({ maxAttempts: 9, firstDelayMs, maxDelayMs }, attempt, random);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 1_000)));
        },
      ),
    );
  });
});

import { SystemError, ValidationError } from '../../../domain/errors';
import { keepChecking } from '../../../services/order-api/admission';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a stream whose key was revoked is ended, with the reason', async () => {
  let revoked = false;
  let ended = 0;
  const admission = keepChecking(
    async () => {
      if (revoked) throw new ValidationError('UNAUTHENTICATED', 'No longer');
    },
    () => {
      ended += 1;
    },
  );
  await jest.advanceTimersByTimeAsync(60_000);
  expect([ended, admission.refusal]).toEqual([0, undefined]);
  revoked = true;
  await jest.advanceTimersByTimeAsync(15_000);
  expect([ended, admission.refusal?.code]).toEqual([1, 'UNAUTHENTICATED']);
  admission.stop();
});

test('a stream outlives a database that cannot say whose key it is', async () => {
  let ended = false;
  const admission = keepChecking(
    async () => {
      throw new SystemError('UNAVAILABLE', 'The database is away');
    },
    () => {
      ended = true;
    },
  );
  await jest.advanceTimersByTimeAsync(60_000);
  expect([ended, admission.refusal]).toEqual([false, undefined]);
  admission.stop();
  expect(jest.getTimerCount()).toBe(0);
});

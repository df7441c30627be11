import { SystemError } from '../../domain/errors';

/** setTimeout's longest; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * What `work` comes to, or UNAVAILABLE at the deadline, so that no call outlives its caller's patience even if something
 * under it hangs. The work is not stopped: its outcome is unknown, and the caller asks again with the same key.
 * @throws SystemError UNAVAILABLE
 */
export function withinDeadline<T>(deadline: Date, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const remainingMs = Math.min(Math.max(deadline.getTime() - Date.now(), 0), MAX_TIMER_MS);
    const timer = setTimeout(
      () => reject(new SystemError('UNAVAILABLE', 'The deadline passed before there was an answer')),
      remainingMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

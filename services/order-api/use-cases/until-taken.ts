import { isTaskLost } from './temporal-error';

/** The first try, and some for tasks that were lost on the way. More: a run whose tasks all fail is asked that much more in vain. */
const TRIES = 5;

/**
 * Sends a message to a run again while the workflow task that was to take it is thrown away. `send` has to name the same update
 * id each time: then it is one message, which is answered once however often it is sent.
 *
 * @throws what `send` throws, a lost task only after the last try
 */
export async function untilTaken<T>(send: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await send();
    } catch (error) {
      if (left === 0 || !isTaskLost(error)) throw error;
    }
  }
}

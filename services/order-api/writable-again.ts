import type { Writable } from 'node:stream';

/**
 * Waits until a slow reader has taken what was written. False: it did not within `timeoutMs`, or the stream ended; then
 * the caller of this must give it up, because what happens meanwhile piles up in memory. Too short a timeout cuts off
 * readers on a bad line, who then resume; too long a one keeps their backlog.
 */
export function writableAgain(stream: Writable, signal: AbortSignal, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (writable: boolean) => {
      clearTimeout(timer);
      stream.off('drain', onDrain);
      stream.off('close', onEnd);
      signal.removeEventListener('abort', onEnd);
      resolve(writable);
    };
    const onDrain = () => settle(true);
    const onEnd = () => settle(false);
    const timer = setTimeout(onEnd, timeoutMs);
    stream.once('drain', onDrain);
    stream.once('close', onEnd);
    signal.addEventListener('abort', onEnd, { once: true });
    if (signal.aborted || stream.destroyed) settle(false);
    else if (!stream.writableNeedDrain) settle(true);
  });
}

import { PassThrough } from 'node:stream';
import { writableAgain } from '../../../services/order-api/writable-again';

const never = new AbortController().signal;

/** A stream whose reader has not begun to read. */
function full(): PassThrough {
  const stream = new PassThrough({ highWaterMark: 4 });
  stream.write('more than four');
  return stream;
}

test('yes, once the reader has caught up', async () => {
  const stream = full();
  setTimeout(() => stream.resume(), 10);
  expect(await writableAgain(stream, never, 1_000)).toBe(true);
  expect(stream.listenerCount('drain')).toBe(0);
});

test('yes at once, if it has caught up already', async () => {
  expect(await writableAgain(new PassThrough(), never, 10)).toBe(true);
});

test('no, when the reader takes too long', async () => {
  expect(await writableAgain(full(), never, 20)).toBe(false);
});

test('no, when the stream is closed or its end is asked for', async () => {
  const closed = full();
  setTimeout(() => closed.destroy(), 10);
  expect(await writableAgain(closed, never, 1_000)).toBe(false);
  expect(await writableAgain(closed, never, 1_000)).toBe(false);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  expect(await writableAgain(full(), controller.signal, 1_000)).toBe(false);
  expect(await writableAgain(full(), controller.signal, 1_000)).toBe(false);
});

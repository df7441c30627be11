import { createOpenStreams } from '../../../services/order-api/open-streams';

test('a drain aborts every stream at once, and is over when the last of them has closed', async () => {
  const streams = createOpenStreams();
  const [one, other] = [streams.open(), streams.open()];
  let over = false;
  const drained = streams.drain().then(() => {
    over = true;
  });
  expect([one, other].map(({ signal }) => signal.aborted)).toEqual([true, true]);
  one.close();
  await new Promise(setImmediate);
  expect(over).toBe(false);
  other.close();
  await drained;
});

test('a drain tells a lasting stream, and waits neither for it nor for those that open later', async () => {
  const streams = createOpenStreams();
  const lasting = streams.open({ lasting: true });
  const drained = streams.drain();
  const late = streams.open();
  expect([lasting.signal.aborted, late.signal.aborted, late.draining()]).toEqual([true, true, true]);
  await drained;
});

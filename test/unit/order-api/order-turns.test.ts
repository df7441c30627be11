import { OrderTurns } from '../../../services/order-api/use-cases/order-turns';

/** Calls that the test lets end one by one; `begun` names them as they begin. */
function calls(turns: OrderTurns) {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  return {
    begun,
    start(order: string, name: string): Promise<string> {
      return turns.take(order, async () => {
        begun.push(name);
        await new Promise<void>((resolve, reject) => {
          ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
        });
        return name;
      });
    },
    end: (name: string, error?: Error) => ends.get(name)?.(error),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('four calls of one order are under way at once; the others follow in their order as places come free', async () => {
  const { begun, start, end } = calls(new OrderTurns());
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => start('order', name));
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  end('c');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  for (const name of ['a', 'b', 'd', 'e']) end(name);
  await settled();
  end('f');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('one that comes later does not slip in before those that wait, and a failure gives its place on', async () => {
  const { begun, start, end } = calls(new OrderTurns());
  const failing = start('order', 'a');
  const rest = ['b', 'c', 'd', 'waiting'].map((name) => start('order', name));
  await settled();
  end('a', new Error('refused'));
  await expect(failing).rejects.toThrow('refused');
  const late = start('order', 'late');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'waiting']);
  for (const name of ['b', 'c', 'd', 'waiting']) end(name);
  await settled();
  end('late');
  await Promise.all([...rest, late]);
});

test('orders do not wait for each other, and an order whose line was empty begins anew', async () => {
  const { begun, start, end } = calls(new OrderTurns());
  const first = ['a', 'b', 'c', 'd'].map((name) => start('one', name));
  const other = start('two', 'x');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'x']);
  for (const name of ['a', 'b', 'c', 'd', 'x']) end(name);
  await Promise.all([...first, other]);
  const again = ['e', 'f', 'g', 'h', 'i'].map((name) => start('one', name));
  await settled();
  expect(begun.slice(5)).toEqual(['e', 'f', 'g', 'h']);
  for (const name of ['e', 'f', 'g', 'h']) end(name);
  await settled();
  end('i');
  await Promise.all(again);
});

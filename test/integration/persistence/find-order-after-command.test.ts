import { randomUUID } from 'node:crypto';
import { findOrderAfterCommand } from '../../../persistence/orders/find-order-after-command';
import { createDatabase, type TestDatabase } from '../../support/database';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
  shop = await openShop(database);
});
afterAll(() => database.close());

const after = (orderId: string, commandId: string, at: Shop = shop) =>
  at.run((client) => findOrderAfterCommand(client, { orderId, commandId }));

test('finds the order as the command left it, whatever came behind it', async () => {
  const order = await shop.placed();
  const [first, ignored, second] = [randomUUID(), randomUUID(), randomUUID()];
  const confirmed = await shop.move(order.id, 'confirmed', { commandId: first });
  await shop.move(order.id, 'completed', { commandId: ignored, auditRefusal: true });
  const processing = await shop.move(order.id, 'processing', { commandId: second });
  expect(await after(order.id, first)).toEqual(confirmed?.order);
  expect(await after(order.id, second)).toEqual(processing?.order);
  expect(confirmed?.order.version).toBe(2);
  expect(processing?.order.version).toBe(3);
});

test('finds nothing for a command that changed nothing, was never given, or is another order’s or tenant’s', async () => {
  const order = await shop.placed();
  const [moving, repeating, illegal] = [randomUUID(), randomUUID(), randomUUID()];
  await shop.move(order.id, 'confirmed', { commandId: moving });
  await shop.move(order.id, 'confirmed', { commandId: repeating });
  await shop.move(order.id, 'completed', { commandId: illegal, auditRefusal: true });
  for (const command of [repeating, illegal, randomUUID()]) expect(await after(order.id, command)).toBeUndefined();
  expect(await after((await shop.placed()).id, moving)).toBeUndefined();
  expect(await after(order.id, moving, await openShop(database))).toBeUndefined();
  expect(await after(order.id, moving)).toBeDefined();
});

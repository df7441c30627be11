import type { SheetScene } from './sheet-scene';
import type { SheetDesk } from './sheet-suite';

/** A sheet with orders in it, and more to write: some rows to update, some to append. */
export async function sheetBehind(scene: SheetScene): Promise<SheetDesk & { fallBehind(): Promise<void> }> {
  const desk = await scene.openShop();
  const orders = await desk.shop.placeMany(6, 1);
  await desk.shop.untilSynced();
  return {
    ...desk,
    async fallBehind() {
      await Promise.all([
        ...orders.slice(0, 3).map(({ id }) => desk.shop.move(id, 'confirmed')),
        desk.shop.place(),
        desk.shop.place(),
      ]);
    },
  };
}

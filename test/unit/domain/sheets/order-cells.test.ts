import { CELL_MAX_UNITS, orderCells } from '../../../../domain/sheets/order-cells';
import fc from '../../../support/fast-check';
import { orderNumber } from './sheets';

describe('an order as its row shows it', () => {
  it('has a cell for each of our columns', () => {
    const items = [
      { name: 'Margherita', quantity: 2 },
      { name: 'Cola', quantity: 1 },
    ];
    expect(orderCells(orderNumber(7, { items, totalQuantity: 3, notes: 'ring twice', status: 'confirmed' }))).toEqual({
      'Order ID': '00000000-0000-4000-8000-000000000007',
      Date: '2026-11-28 10:15',
      Customer: 'Customer 7',
      Phone: '+493000000007',
      Items: '2 × Margherita, 1 × Cola',
      'Total Qty': '3',
      Status: 'confirmed',
      Source: 'api',
      Notes: 'ring twice',
    });
  });

  it.each([
    ['493012345678', '+493012345678'],
    ['15551234567', '+15551234567'],
    ['0301234567', '0301234567'],
    ['03012345678', '03012345678'],
    ['5551234567', '5551234567'],
  ])('the number %s is shown as %s: a plus where there must be a country code', (customerPhone, shown) => {
    expect(orderCells(orderNumber(1, { customerPhone })).Phone).toBe(shown);
  });

  it('has no notes where there are none', () => {
    expect(orderCells(orderNumber(1)).Notes).toBe('');
  });

  it('fits into Google’s cells, whole where it can, marked where it was cut, and never in half a character', () => {
    const text = fc
      .tuple(
        fc.constantFrom('a', '🍕', 'é'),
        fc.integer({ min: CELL_MAX_UNITS - 3, max: CELL_MAX_UNITS + 3 }),
        fc.boolean(),
      )
      .map(([unit, length, odd]) => `${odd ? 'x' : ''}${unit.repeat(Math.ceil(length / unit.length))}`);
    fc.assert(
      fc.property(text, (notes) => {
        const shown = orderCells(orderNumber(1, { notes })).Notes;
        expect(shown.length).toBeLessThanOrEqual(CELL_MAX_UNITS);
        expect(shown).not.toMatch(/\p{Cs}/u);
        const [kept = '', mark] = shown.split(' … ');
        expect(mark).toBe(notes.length > CELL_MAX_UNITS ? '[cut: a cell takes no more]' : undefined);
        expect(notes.startsWith(kept)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

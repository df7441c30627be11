import { FIRST_COLUMNS } from '../../../domain/sheets/columns';
import { planBatch } from '../../../domain/sheets/plan-batch';
import { readLayout } from '../../../domain/sheets/sheet-tab';
import { retryDelayMs } from '../../../services/sync-worker/activities/retry-delay';
import { takeBatch } from '../../../services/sync-worker/activities/take-batch';
import { columnLetters, inTab } from '../../../services/sync-worker/google/tab-address';
import { readTabAnswer } from '../../../services/sync-worker/google/tab-answer';
import { toRequests } from '../../../services/sync-worker/google/write-plan';
import { orderNumber } from '../domain/sheets/sheets';

describe('the pause after a try that failed', () => {
  it('is four times as long after each, a quarter more or less', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(5_000, attempt, 0.5))).toEqual([
      5_000, 20_000, 80_000, 320_000, 1_280_000,
    ]);
    expect(retryDelayMs(1_000, 1, 0)).toBe(750);
    expect(retryDelayMs(1_000, 1, 1)).toBe(1_250);
  });
});

describe('a batch', () => {
  const unsynced = (notes: string, count = 10) =>
    Array.from({ length: count }, (_, n) => ({ order: orderNumber(n, { notes }), correlationId: `req_${n}` }));

  it('is all orders where they fit into one request', () => {
    const orders = unsynced('short');
    expect(takeBatch(orders)).toBe(orders);
    expect(takeBatch([])).toEqual([]);
  });

  it('is as many of the first as fit, by their bytes, and one at least', () => {
    const orders = unsynced('🍕'.repeat(500));
    expect(takeBatch(orders, 15_000).length).toBeGreaterThan(1);
    expect(takeBatch(orders, 15_000).length).toBeLessThan(7);
    expect(takeBatch(orders, 1)).toEqual(orders.slice(0, 1));
  });
});

describe('a place in a tab, as Google takes it', () => {
  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [701, 'ZZ'],
    [702, 'AAA'],
  ])('column %s is %s', (index, letters) => {
    expect(columnLetters(index)).toBe(letters);
  });

  it('has the quotes of its name doubled', () => {
    expect(inTab("Ada's", '1:1')).toBe("'Ada''s'!1:1");
    expect(inTab('Orders')).toBe("'Orders'");
  });
});

describe('what Google is asked to write', () => {
  const header = [...FIRST_COLUMNS.keys()].map((formattedValue) => ({ formattedValue }));
  const answer = (columns: readonly string[]) => [
    { properties: { sheetId: 3, title: 'Another' }, data: [] },
    {
      properties: { sheetId: 7, title: 'orders', gridProperties: { columnCount: 26 } },
      data: [
        {
          rowData: [{ values: header }],
          columnMetadata: columns.map((metadataValue) => ({
            developerMetadata: [{ metadataKey: 'order-booking.column', metadataValue }],
          })),
        },
        { startRow: 2, startColumn: 0, rowData: [{ values: [{ formattedValue: orderNumber(1).id }] }] },
      ],
    },
  ];

  it('is text only, in runs of our columns, and the rest of the row is left alone', () => {
    const tab = readTabAnswer(answer(['Order ID', 'Date', 'mine', 'Customer', 'Status']), 'Orders');
    const layout = tab && readLayout(tab);
    if (tab === undefined || layout === undefined) throw new Error('the answer was not understood');
    const plan = planBatch(layout, [orderNumber(1, { customerName: '=1+1' }), orderNumber(2)]);
    const { sheetId, columnCount } = tab;
    const write = {
      plan,
      sheetId,
      columnCount,
      columns: layout.columns,
      begin: undefined,
      dropTags: false,
      untagged: [],
    };
    const text = (stringValue: string) => ({ userEnteredValue: { stringValue } });
    expect(toRequests('Orders', write)).toEqual([
      {
        updateCells: {
          start: { sheetId: 7, rowIndex: 2, columnIndex: 1 },
          fields: 'userEnteredValue',
          rows: [{ values: [text('2026-11-28 10:15')] }],
        },
      },
      {
        updateCells: {
          start: { sheetId: 7, rowIndex: 2, columnIndex: 3 },
          fields: 'userEnteredValue',
          rows: [{ values: [text('=1+1'), text('pending')] }],
        },
      },
      {
        appendCells: {
          sheetId: 7,
          fields: 'userEnteredValue',
          rows: [
            { values: [text(orderNumber(2).id), text('2026-11-28 10:15'), {}, text('Customer 2'), text('pending')] },
          ],
        },
      },
    ]);
  });

  it('is understood of the tab that is meant, and of no other', () => {
    expect(readTabAnswer(answer(['Order ID']), 'ORDERS')?.sheetId).toBe(7);
    expect(readTabAnswer(answer(['Order ID']), 'Order')).toBeUndefined();
    expect(readTabAnswer(undefined, 'Orders')).toBeUndefined();
  });
});

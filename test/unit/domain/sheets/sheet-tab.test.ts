import { ORDER_ID } from '../../../../domain/sheets/columns';
import {
  columnsFromRecord,
  columnsToRecord,
  isBlank,
  readLayout,
  type SheetTab,
  sameColumns,
} from '../../../../domain/sheets/sheet-tab';
import { orderNumber, Paper } from './sheets';

const [one, two] = [orderNumber(1).id, orderNumber(2).id];

function tab(rows: string[][], tags: SheetTab['tags'] = new Map()): SheetTab {
  return { sheetId: 1, columnCount: 26, tags, cells: rows };
}

describe('where things are in a tab', () => {
  it('is told by the tags, whatever the columns are called and wherever they are', () => {
    const layout = readLayout(
      tab(
        [
          ['Zustand', 'mine', 'Bestellnummer'],
          ['pending', '', one],
          ['pending', '', two],
        ],
        new Map([
          ['Status', 0],
          [ORDER_ID, 2],
        ]),
      ),
    );
    expect(layout?.columns).toEqual(
      new Map([
        ['Status', 0],
        [ORDER_ID, 2],
      ]),
    );
    expect(layout?.rows).toEqual(
      new Map([
        [one, [1]],
        [two, [2]],
      ]),
    );
    expect(layout?.untagged).toEqual([]);
  });

  it('is told by the names in the first row where nothing is tagged, and all that is found is to be tagged', () => {
    const layout = readLayout(
      tab([
        ['mine', ' order id ', 'STATUS', 'Phone'],
        ['', one, 'pending', ''],
      ]),
    );
    expect(layout?.columns).toEqual(
      new Map([
        [ORDER_ID, 1],
        ['Phone', 3],
        ['Status', 2],
      ]),
    );
    expect(layout?.untagged).toEqual([ORDER_ID, 'Phone', 'Status']);
  });

  it('leaves a column out that the owner took out', () => {
    const paper = new Paper();
    paper.deleteColumn(3);
    expect(readLayout(paper.tab())?.columns.has('Phone')).toBe(false);
  });

  it('knows an Order ID column by its name when it lost its tag, and no other column', () => {
    const paper = new Paper();
    paper.tags[0] = undefined;
    paper.tags[3] = undefined;
    const layout = readLayout(paper.tab());
    expect(layout?.untagged).toEqual([ORDER_ID]);
    expect(layout?.columns.has('Phone')).toBe(false);
  });

  it('is not told of a tab without an Order ID column', () => {
    const paper = new Paper();
    paper.deleteColumn(0);
    expect(readLayout(paper.tab())).toBeUndefined();
    expect(isBlank(paper.tab())).toBe(false);
    expect(readLayout(tab([]))).toBeUndefined();
    expect(isBlank(tab([['', ''], []]))).toBe(true);
  });

  it('counts every row with an id, the first one too, and nothing else that stands in the column', () => {
    const tags = new Map([[ORDER_ID, 0] as const]);
    const layout = readLayout(tab([[one], ['total'], ['—'], [` ${two.toUpperCase()} `], [one]], tags));
    expect(layout?.rows).toEqual(
      new Map([
        [one, [0, 4]],
        [two, [3]],
      ]),
    );
  });

  it.each([
    [[['Order ID']], false],
    [[['Nr.'], [one]], false],
    [[[''], [one]], false],
    [[['', 'mine'], ['']], false],
    [
      [
        ['', ''],
        ['', 'mine'],
      ],
      true,
    ],
    [[], true],
  ])('%j is emptied: %s', (rows, emptied) => {
    expect(readLayout(tab(rows, new Map([[ORDER_ID, 0]])))?.isEmptied).toBe(emptied);
  });

  it('is the same when every column is where it was', () => {
    const { columns } = new Paper();
    expect(sameColumns(columns, columnsFromRecord(columnsToRecord(columns)))).toBe(true);
    expect(sameColumns(columns, new Map([...columns].slice(1)))).toBe(false);
    expect(sameColumns(columns, new Map([...columns, [ORDER_ID, 12]]))).toBe(false);
    expect(columnsFromRecord({ 'Order ID': 1, Colour: 2 })).toEqual(new Map([[ORDER_ID, 1]]));
  });
});

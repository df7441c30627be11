import type { sheets_v4 } from '@googleapis/sheets';
import type { PersonAction } from '../../../../deploy/local/sheets/model/person-action';
import { append, type OpenSheets, ORDERS, openSheets, textRows } from './open-sheets';

const ROWS = [
  ['Order ID', 'Qty', 'Mine'],
  ['o1', '30', 'vip'],
  ['o2', '4', ''],
  ['o3', '', 'late'],
];
const COLUMN_MARK = 'order_id_column';

describe('people at work on a spreadsheet', () => {
  let open: OpenSheets;
  let sheets: sheets_v4.Sheets;
  let id: string;

  beforeAll(async () => {
    open = await openSheets({
      quota: { writesPerAccount: 1e6, writesPerProject: 1e6, readsPerAccount: 1e6, readsPerProject: 1e6 },
    });
    sheets = await open.client();
  });
  afterAll(() => open.server.close());
  beforeEach(async () => {
    id = await open.spreadsheet();
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [append(ROWS), mark(0)] } });
  });

  const act = (action: PersonAction) => open.server.act(id, action);
  const rows = () => open.server.rows(id, 'Orders');
  const column = (index: number) => rows()?.map((row) => row[index]);

  function mark(index: number): sheets_v4.Schema$Request {
    const dimensionRange = { sheetId: ORDERS, dimension: 'COLUMNS', startIndex: index, endIndex: index + 1 };
    return {
      createDeveloperMetadata: {
        developerMetadata: {
          metadataKey: COLUMN_MARK,
          metadataValue: 'v1',
          visibility: 'DOCUMENT',
          location: { dimensionRange },
        },
      },
    };
  }
  const lookup = { developerMetadataLookup: { metadataKey: COLUMN_MARK } };
  /** Where the marked column is, by the API. */
  async function markedColumn(): Promise<number | null | undefined> {
    const { data } = await sheets.spreadsheets.developerMetadata.search({
      spreadsheetId: id,
      requestBody: { dataFilters: [lookup] },
    });
    return data.matchedDeveloperMetadata?.[0]?.developerMetadata?.location?.dimensionRange?.startIndex;
  }
  /** What stands in it, by the API. */
  async function markedValues(): Promise<unknown> {
    const { data } = await sheets.spreadsheets.values.batchGetByDataFilter({
      spreadsheetId: id,
      requestBody: { dataFilters: [lookup], majorDimension: 'COLUMNS' },
    });
    return data.valueRanges?.[0]?.valueRange?.values?.[0];
  }
  const IDS = ['Order ID', 'o1', 'o2', 'o3'];

  it.each<[string, PersonAction, number]>([
    ['a column is inserted before it', { do: 'insert_columns', tab: 'Orders', at: 0, count: 2 }, 2],
    ['a column is inserted after it', { do: 'insert_columns', tab: 'Orders', at: 1 }, 0],
    ['it is moved', { do: 'move_column', tab: 'Orders', from: 0, to: 3 }, 2],
    ['another is moved in front of it', { do: 'move_column', tab: 'Orders', from: 2, to: 0 }, 1],
    ['another is deleted', { do: 'delete_columns', tab: 'Orders', at: 1 }, 0],
    ['its tab is renamed', { do: 'rename_tab', tab: 'Orders', title: 'Bestellungen' }, 0],
    ['rows are inserted', { do: 'insert_rows', tab: 'Orders', at: 0, count: 3 }, 0],
  ])('the mark of a column stays on it when %s', async (_what, action, index) => {
    await act(action);
    expect(await markedColumn()).toBe(index);
    expect(((await markedValues()) as string[]).filter(Boolean)).toEqual(IDS);
  });

  it('the mark of a column follows it through changes by the API as well', async () => {
    const dimension = 'COLUMNS';
    await sheets.spreadsheets.batchUpdate({
      spreadsheetId: id,
      requestBody: {
        requests: [
          { insertDimension: { range: { sheetId: ORDERS, dimension, startIndex: 0, endIndex: 1 } } },
          {
            moveDimension: { source: { sheetId: ORDERS, dimension, startIndex: 1, endIndex: 2 }, destinationIndex: 4 },
          },
          { deleteDimension: { range: { sheetId: ORDERS, dimension, startIndex: 0, endIndex: 1 } } },
        ],
      },
    });
    expect(await markedColumn()).toBe(2);
    expect(await markedValues()).toEqual(IDS);
  });

  it('the mark goes with its column, and with its tab', async () => {
    await act({ do: 'delete_columns', tab: 'Orders', at: 0 });
    expect(await markedColumn()).toBeUndefined();
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [mark(1)] } });
    await act({ do: 'delete_tab', tab: 'Orders' });
    expect(await markedColumn()).toBeUndefined();
    expect(await markedValues()).toBeUndefined();
    await expect(sheets.spreadsheets.values.get({ spreadsheetId: id, range: 'Orders!A:A' })).rejects.toMatchObject({
      status: 400,
      response: { data: { error: { message: 'Unable to parse range: Orders!A:A', status: 'INVALID_ARGUMENT' } } },
    });
  });

  it('marks of columns are told with the grid, those of rows stay when rows are sorted', async () => {
    const dimensionRange = { sheetId: ORDERS, dimension: 'ROWS', startIndex: 1, endIndex: 2 };
    await sheets.spreadsheets.batchUpdate({
      spreadsheetId: id,
      requestBody: {
        requests: [
          {
            createDeveloperMetadata: {
              developerMetadata: {
                metadataId: 5,
                metadataKey: 'row',
                visibility: 'DOCUMENT',
                location: { dimensionRange },
              },
            },
          },
        ],
      },
    });
    await act({ do: 'sort', tab: 'Orders', column: 0, ascending: false });
    expect(column(0)).toEqual(['Order ID', 'o3', 'o2', 'o1']);
    const { data } = await sheets.spreadsheets.getByDataFilter({
      spreadsheetId: id,
      fields: 'sheets.data(rowMetadata.developerMetadata(metadataId),columnMetadata.developerMetadata(metadataKey))',
      requestBody: { dataFilters: [{ gridRange: { sheetId: ORDERS, endRowIndex: 3, endColumnIndex: 2 } }] },
    });
    expect(data.sheets?.[0]?.data?.[0]).toEqual({
      rowMetadata: [{}, { developerMetadata: [{ metadataId: 5 }] }, {}],
      columnMetadata: [{ developerMetadata: [{ metadataKey: COLUMN_MARK }] }, {}],
    });
  });

  it('a mark can be changed, taken away, and is found by place', async () => {
    const at = (startIndex: number, locationMatchingStrategy: string) => ({
      developerMetadataLookup: {
        locationMatchingStrategy,
        metadataLocation: {
          dimensionRange: { sheetId: ORDERS, dimension: 'COLUMNS', startIndex, endIndex: startIndex + 1 },
        },
      },
    });
    const search = async (filter: sheets_v4.Schema$DataFilter) =>
      (
        await sheets.spreadsheets.developerMetadata.search({
          spreadsheetId: id,
          requestBody: { dataFilters: [filter] },
        })
      ).data.matchedDeveloperMetadata?.length ?? 0;
    expect(await search(at(0, 'EXACT_LOCATION'))).toBe(1);
    expect(await search(at(1, 'INTERSECTING_LOCATION'))).toBe(0);
    expect(await search({ developerMetadataLookup: { metadataLocation: { sheetId: ORDERS } } })).toBe(1);
    expect(
      await search({
        developerMetadataLookup: { locationMatchingStrategy: 'EXACT_LOCATION', metadataLocation: { sheetId: ORDERS } },
      }),
    ).toBe(0);
    await sheets.spreadsheets.batchUpdate({
      spreadsheetId: id,
      requestBody: {
        requests: [
          {
            updateDeveloperMetadata: {
              dataFilters: [lookup],
              developerMetadata: { metadataValue: 'v2' },
              fields: 'metadataValue',
            },
          },
        ],
      },
    });
    expect(await search({ developerMetadataLookup: { metadataKey: COLUMN_MARK, metadataValue: 'v2' } })).toBe(1);
    const { data } = await sheets.spreadsheets.batchUpdate({
      spreadsheetId: id,
      requestBody: { requests: [{ deleteDeveloperMetadata: { dataFilter: lookup } }] },
    });
    expect(data.replies?.[0]?.deleteDeveloperMetadata?.deletedDeveloperMetadata).toHaveLength(1);
    expect(await search(lookup)).toBe(0);
  });

  it('sorts numbers before text, blank cells last in either direction, whole rows together', async () => {
    for (const [row, text] of [
      [1, '30'],
      [2, '4'],
      [3, 'zehn'],
    ] as const)
      await act({ do: 'edit', tab: 'Orders', row, column: 1, text });
    await act({ do: 'insert_rows', tab: 'Orders', at: 2 });
    await act({ do: 'edit', tab: 'Orders', row: 2, column: 2, text: 'no id' });
    await act({ do: 'sort', tab: 'Orders', column: 1 });
    expect(rows()).toEqual([ROWS[0], ['o2', '4', ''], ['o1', '30', 'vip'], ['o3', 'zehn', 'late'], ['', '', 'no id']]);
    await act({ do: 'sort', tab: 'Orders', column: 1, ascending: false });
    expect(column(1)).toEqual(['Qty', 'zehn', '30', '4', '']);
  });

  it('what a person types is evaluated as Google would, what is a formula is not worked out', async () => {
    const typed = ['=1+1', '+4930123', '007', "'007", 'TRUE', '1,250.5', '+x', 'plain'];
    for (const [index, text] of typed.entries()) await act({ do: 'edit', tab: 'Orders', row: 5, column: index, text });
    expect(rows()?.[5]).toEqual(['#NAME?', '4930123', '7', '007', 'TRUE', '1250.5', '#NAME?', 'plain']);
    const { data } = await sheets.spreadsheets.values.get({
      spreadsheetId: id,
      range: 'Orders!A6:H6',
      valueRenderOption: 'FORMULA',
    });
    expect(data.values).toEqual([['=1+1', 4930123, 7, '007', true, 1250.5, '=+x', 'plain']]);
  });

  it('edits, renames, deletes, and filters for their own eyes only', async () => {
    await act({ do: 'rename_header', tab: 'Orders', column: 1, text: 'Menge' });
    await act({ do: 'delete_rows', tab: 'Orders', at: 2 });
    const before = rows();
    await act({ do: 'filter_view', tab: 'Orders', column: 0, text: 'o1' });
    expect(before).toEqual([
      ['Order ID', 'Menge', 'Mine'],
      ['o1', '30', 'vip'],
      ['o3', '', 'late'],
    ]);
    expect(rows()).toEqual(before);
  });

  it.each<[string, PersonAction]>([
    ['a tab that is not there', { do: 'sort', tab: 'Gone', column: 0 }],
    ['a row beyond the grid', { do: 'edit', tab: 'Orders', row: 1000, column: 0, text: '' }],
    ['all columns', { do: 'delete_columns', tab: 'Orders', at: 0, count: 26 }],
    ['a name that another tab has', { do: 'rename_tab', tab: 'Orders', title: 'sheet1' }],
    ['a text longer than a cell', { do: 'edit', tab: 'Orders', row: 1, column: 1, text: 'x'.repeat(50_001) }],
  ])('are refused what Google refuses: %s', async (_what, action) => {
    const before = open.server.spreadsheet(id);
    await expect(act(action)).rejects.toMatchObject({ name: 'PersonActionError' });
    expect(open.server.spreadsheet(id)).toBe(before);
  });

  it('act between a read and a write of a program', async () => {
    open.server.beforeNext({ method: 'spreadsheets.batchUpdate' }, () =>
      act({ do: 'sort', tab: 'Orders', column: 0, ascending: false }),
    );
    const { data } = await sheets.spreadsheets.values.get({ spreadsheetId: id, range: 'Orders!A:A' });
    expect(data.values?.flat()).toEqual(IDS);
    const write = (text: string) => ({
      updateCells: {
        start: { sheetId: ORDERS, rowIndex: 1, columnIndex: 1 },
        rows: textRows([[text]]),
        fields: 'userEnteredValue',
      },
    });
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [write('first')] } });
    expect(rows()?.[1]).toEqual(['o3', 'first', 'late']);
    // Once only.
    await act({ do: 'sort', tab: 'Orders', column: 0 });
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [write('second')] } });
    expect(rows()?.[1]).toEqual(['o1', 'second', 'vip']);
  });

  it('take the sharing back and give it again', async () => {
    const { client_email: email } = await open.server.serviceAccount();
    await act({ do: 'unshare', email });
    await expect(sheets.spreadsheets.get({ spreadsheetId: id })).rejects.toMatchObject({
      status: 403,
      response: {
        data: { error: { code: 403, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' } },
      },
    });
    await act({ do: 'share', email });
    await expect(sheets.spreadsheets.get({ spreadsheetId: id })).resolves.toMatchObject({ status: 200 });
  });

  it('share it to look at only: reads are answered, and every write is refused', async () => {
    const { client_email: email } = await open.server.serviceAccount();
    const before = rows();
    const write = { spreadsheetId: id, requestBody: { requests: [append([['o9', 'x', 'y']])] } };
    await act({ do: 'share', email, role: 'viewer' });
    await expect(sheets.spreadsheets.get({ spreadsheetId: id })).resolves.toMatchObject({ status: 200 });
    await expect(sheets.spreadsheets.batchUpdate(write)).rejects.toMatchObject({
      status: 403,
      response: { data: { error: { message: 'The caller does not have permission', status: 'PERMISSION_DENIED' } } },
    });
    await expect(sheets.spreadsheets.values.clear({ spreadsheetId: id, range: 'Orders!A1:C9' })).rejects.toMatchObject({
      status: 403,
    });
    expect(rows()).toEqual(before);
    await act({ do: 'share', email, role: 'editor' });
    await expect(sheets.spreadsheets.batchUpdate(write)).resolves.toMatchObject({ status: 200 });
    await act({ do: 'share', email, role: 'viewer' });
    await act({ do: 'unshare', email });
    await expect(sheets.spreadsheets.get({ spreadsheetId: id })).rejects.toMatchObject({ status: 403 });
  });
});

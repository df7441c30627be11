import type { sheets_v4 } from '@googleapis/sheets';
import { append, type OpenSheets, ORDERS, openSheets, textRows } from './open-sheets';

const HEADER = ['Order ID', 'Customer', 'Notes'];

describe('batchUpdate of the sheets model', () => {
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
  });

  const batch = (
    requests: sheets_v4.Schema$Request[],
    more: sheets_v4.Schema$BatchUpdateSpreadsheetRequest = {},
    fields?: string,
  ) =>
    sheets.spreadsheets.batchUpdate({
      spreadsheetId: id,
      requestBody: { requests, ...more },
      ...(fields && { fields }),
    });
  const refusal = (requests: sheets_v4.Schema$Request[]) =>
    batch(requests).then(
      () => 'was done',
      (error) => error.response.data.error,
    );

  it('keeps raw text as text, whatever it looks like', async () => {
    const row = [
      '=HYPERLINK("https://evil.example","pay")',
      '+4930123456',
      '007',
      '@sum',
      '👩‍👩‍👧 <b>&amp;</b>',
      ' spaced ',
      'ß'.repeat(50_000),
    ];
    await batch([append([row])]);
    expect(open.server.rows(id, 'Orders')).toEqual([row]);
    const { data } = await sheets.spreadsheets.get({
      spreadsheetId: id,
      ranges: ['Orders'],
      fields: 'sheets.data.rowData.values.userEnteredValue',
    });
    expect(data.sheets?.[0]?.data?.[0]?.rowData?.[0]?.values).toEqual(
      row.map((stringValue) => ({ userEnteredValue: { stringValue } })),
    );
    const raw = await sheets.spreadsheets.values.get({
      spreadsheetId: id,
      range: 'Orders',
      valueRenderOption: 'FORMULA',
    });
    expect(raw.data.values).toEqual([row]);
  });

  it('refuses a cell of more than 50,000 characters, and the batch with it', async () => {
    expect(await refusal([append([['fine']]), append([['x'.repeat(50_001)]])])).toMatchObject({
      code: 400,
      status: 'INVALID_ARGUMENT',
      message:
        'Invalid requests[1].appendCells: Your input contains more than the maximum of 50000 characters in a single cell.',
    });
    expect(open.server.rows(id, 'Orders')).toEqual([]);
  });

  it('does all of its requests or none', async () => {
    await batch([append([HEADER])]);
    const before = open.server.spreadsheet(id);
    const error = await refusal([
      append([['o1', 'Ann', '']]),
      { insertDimension: { range: { sheetId: ORDERS, dimension: 'COLUMNS', startIndex: 0, endIndex: 1 } } },
      { addSheet: { properties: { title: 'More' } } },
      { updateCells: { start: { sheetId: 99 }, rows: textRows([['x']]), fields: 'userEnteredValue' } },
    ]);
    expect(error.message).toBe('Invalid requests[3].updateCells: No grid with id: 99');
    expect(open.server.spreadsheet(id)).toBe(before);
    expect(open.server.rows(id, 'Orders')).toEqual([HEADER]);
  });

  it('answers with the spreadsheet as it is after exactly this batch', async () => {
    await batch([append([HEADER])]);
    open.server.afterNext({ method: 'spreadsheets.batchUpdate' }, () =>
      open.server.act(id, { do: 'edit', tab: 'Orders', row: 1, column: 1, text: 'Bea' }),
    );
    const { data } = await batch(
      [append([['o1', 'Ann', '']])],
      { includeSpreadsheetInResponse: true, responseRanges: ['Orders!A:B'], responseIncludeGridData: true },
      'replies,updatedSpreadsheet(sheets(properties(title),data(rowData(values(formattedValue)))))',
    );
    expect(data).toEqual({
      replies: [{}],
      updatedSpreadsheet: {
        sheets: [
          {
            properties: { title: 'Orders' },
            data: [
              {
                rowData: [
                  { values: [{ formattedValue: 'Order ID' }, { formattedValue: 'Customer' }] },
                  { values: [{ formattedValue: 'o1' }, { formattedValue: 'Ann' }] },
                ],
              },
            ],
          },
        ],
      },
    });
    expect(open.server.rows(id, 'Orders')?.[1]?.[1]).toBe('Bea');
  });

  it('appends below the last row with anything in it, and makes rows where the grid ends', async () => {
    await batch([
      {
        updateSheetProperties: {
          properties: { sheetId: ORDERS, gridProperties: { rowCount: 3 } },
          fields: 'gridProperties.rowCount',
        },
      },
    ]);
    await open.server.act(id, { do: 'edit', tab: 'Orders', row: 1, column: 5, text: 'a note' });
    await batch([append([['o1'], ['o2'], ['o3']])]);
    expect(open.server.rows(id, 'Orders')?.map(([first]) => first)).toEqual(['', '', 'o1', 'o2', 'o3']);
    expect(open.server.spreadsheet(id).tabs[1]?.rowCount).toBe(5);
  });

  it('updates cells from a coordinate or within a range, in the named fields only', async () => {
    await batch([append([HEADER, ['o1', 'Ann', 'hi'], ['o2', 'Bob', 'yo']])]);
    await batch([
      {
        updateCells: {
          start: { sheetId: ORDERS, rowIndex: 1, columnIndex: 1 },
          rows: textRows([['Anna']]),
          fields: 'userEnteredValue',
        },
      },
      {
        updateCells: {
          range: { sheetId: ORDERS, startRowIndex: 2, endRowIndex: 3, startColumnIndex: 1, endColumnIndex: 3 },
          rows: textRows([['Bobby']]),
          fields: 'userEnteredValue',
        },
      },
      {
        repeatCell: {
          range: { sheetId: ORDERS, startRowIndex: 0, endRowIndex: 1 },
          cell: { userEnteredFormat: { textFormat: { bold: true } } },
          fields: 'userEnteredFormat.textFormat.bold',
        },
      },
    ]);
    expect(open.server.rows(id, 'Orders')).toEqual([HEADER, ['o1', 'Anna', 'hi'], ['o2', 'Bobby', '']]);
  });

  it('refuses to write outside the grid, which updateCells does not extend', async () => {
    const at = (rowIndex: number, columnIndex: number) => ({
      start: { sheetId: ORDERS, rowIndex, columnIndex },
      rows: textRows([['x'], ['y']]),
      fields: 'userEnteredValue',
    });
    expect((await refusal([{ updateCells: at(1000, 0) }])).message).toBe(
      'Invalid requests[0].updateCells: GridCoordinate.rowIndex[1000] is after last row in grid[999]',
    );
    expect((await refusal([{ updateCells: at(999, 0) }])).message).toContain('beyond the last requested row of: 999');
    expect((await refusal([{ updateCells: at(0, 26) }])).message).toContain('GridCoordinate.columnIndex[26]');
    expect((await refusal([{ updateCells: { ...at(0, 0), fields: '' } }])).message).toContain(
      "At least one field must be listed in 'fields'",
    );
  });

  it('lets one of two win who add the same tab', async () => {
    await open.server.act(id, { do: 'rename_tab', tab: 'Orders', title: 'Old' });
    const add = () =>
      batch([
        { addSheet: { properties: { title: 'Orders', gridProperties: { frozenRowCount: 1 } } } },
        append([HEADER], 2),
      ]);
    const outcomes = await Promise.allSettled([add(), add()]);
    const [won, lost] = [
      outcomes.find((one) => one.status === 'fulfilled'),
      outcomes.find((one) => one.status === 'rejected'),
    ];
    expect(won).toMatchObject({
      value: {
        data: {
          replies: [
            {
              addSheet: {
                properties: {
                  sheetId: 2,
                  title: 'Orders',
                  gridProperties: { rowCount: 1000, columnCount: 26, frozenRowCount: 1 },
                },
              },
            },
            {},
          ],
        },
      },
    });
    expect(lost).toMatchObject({
      reason: {
        status: 400,
        response: {
          data: {
            error: {
              message:
                'Invalid requests[0].addSheet: A sheet with the name "Orders" already exists. Please enter another name.',
            },
          },
        },
      },
    });
    expect(open.server.rows(id, 'Orders')).toEqual([HEADER]);
  });

  it('deletes and inserts rows in the order of the requests', async () => {
    await batch([append([HEADER, ['o1'], ['o2'], ['o3'], ['o4']])]);
    const remove = (startIndex: number) => ({
      deleteDimension: { range: { sheetId: ORDERS, dimension: 'ROWS', startIndex, endIndex: startIndex + 1 } },
    });
    await batch([
      remove(3),
      remove(1),
      { insertDimension: { range: { sheetId: ORDERS, dimension: 'ROWS', startIndex: 1, endIndex: 2 } } },
    ]);
    expect(open.server.rows(id, 'Orders')?.map(([first]) => first)).toEqual(['Order ID', '', 'o2', 'o4']);
  });

  it('refuses more than ten million cells', async () => {
    const grow = { appendDimension: { sheetId: ORDERS, dimension: 'ROWS', length: 400_000 } };
    expect((await refusal([grow])).message).toContain('above the limit of 10000000 cells');
    expect(open.server.spreadsheet(id).tabs[1]?.rowCount).toBe(1000);
  });

  it('refuses JSON that Google would not take, and says loudly what it does not model', async () => {
    expect((await refusal([{ appendCells: { sheetID: 1, rows: [] } } as sheets_v4.Schema$Request])).message).toBe(
      'Invalid JSON payload received. Unknown name "sheetID" at \'requests[0].appendCells\': Cannot find field.',
    );
    expect((await refusal([])).message).toBe('Must specify at least one request.');
    expect(await refusal([{ addChart: {} }])).toMatchObject({
      code: 501,
      status: 'UNIMPLEMENTED',
      message: expect.stringContaining('addChart'),
    });
    expect((await refusal([{ constructor: {} } as sheets_v4.Schema$Request])).code).toBe(501);
  });
});

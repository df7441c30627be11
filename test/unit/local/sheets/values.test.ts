import type { sheets_v4 } from '@googleapis/sheets';
import { append, type OpenSheets, ORDERS, openSheets } from './open-sheets';

describe('reading and writing values of the sheets model', () => {
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
    const rows = [['A1', 'B1', 'C1'], ['A2', '', 'C2'], ['A3']];
    await sheets.spreadsheets.batchUpdate({ spreadsheetId: id, requestBody: { requests: [append(rows)] } });
  });

  const get = async (range: string, more = {}) =>
    (await sheets.spreadsheets.values.get({ spreadsheetId: id, range, ...more })).data;
  const refused = (call: Promise<unknown>) =>
    call.then(
      () => 'was done',
      (error) => error.response.data.error.message,
    );

  it.each<[string, string, unknown[][] | undefined]>([
    ['Orders', 'Orders!A1:Z1000', [['A1', 'B1', 'C1'], ['A2', '', 'C2'], ['A3']]],
    [
      'orders!b:C',
      'Orders!B1:C1000',
      [
        ['B1', 'C1'],
        ['', 'C2'],
      ],
    ],
    ['Orders!A2:B3', 'Orders!A2:B3', [['A2'], ['A3']]],
    ['Orders!2:2', 'Orders!A2:Z2', [['A2', '', 'C2']]],
    ['Orders!A2:C', 'Orders!A2:C1000', [['A2', '', 'C2'], ['A3']]],
    [
      'Orders!$C$2:A1',
      'Orders!A1:C2',
      [
        ['A1', 'B1', 'C1'],
        ['A2', '', 'C2'],
      ],
    ],
    ['Orders!C2', 'Orders!C2', [['C2']]],
    ['Orders!A1:ZZ5000', 'Orders!A1:Z1000', [['A1', 'B1', 'C1'], ['A2', '', 'C2'], ['A3']]],
    ['Orders!D1:F9', 'Orders!D1:F9', undefined],
    ['A1:B2', 'Sheet1!A1:B2', undefined],
  ])('reads %s', async (range, told, values) => {
    expect(await get(range)).toEqual({ range: told, majorDimension: 'ROWS', ...(values && { values }) });
  });

  it('finds tabs whatever they are called', async () => {
    await open.server.act(id, { do: 'rename_tab', tab: 'Orders', title: "May's orders!" });
    expect(await get("'May''s orders!'!A1:B1")).toEqual({
      range: "'May''s orders!'!A1:B1",
      majorDimension: 'ROWS',
      values: [['A1', 'B1']],
    });
    expect((await get("'May''s orders!'")).values).toHaveLength(3);
  });

  it.each(['Nope!A1:B2', 'Orders!', 'Orders!A', 'Orders!A:2', 'Orders!A0:B2', "'Orders", 'Orders!A1:B2:C3', 'nope'])(
    'cannot parse %s',
    async (range) => {
      expect(await refused(get(range))).toBe(`Unable to parse range: ${range}`);
    },
  );

  it('refuses a range that begins outside the grid', async () => {
    expect(await refused(get('Orders!A1001:B1002'))).toBe(
      'Range (Orders!A1001:B1002) exceeds grid limits. Max rows: 1000, max columns: 26',
    );
  });

  it('reads several ranges at once, and columns first where asked', async () => {
    const { data } = await sheets.spreadsheets.values.batchGet({
      spreadsheetId: id,
      ranges: ['Orders!A:A', 'Orders!C1:C3'],
      majorDimension: 'COLUMNS',
    });
    expect(data.valueRanges?.map(({ values }) => values)).toEqual([[['A1', 'A2', 'A3']], [['C1', 'C2']]]);
  });

  it('writes RAW as text and USER_ENTERED as typed', async () => {
    const values = [['=1+1', '+49301', '007', 5, true, null]];
    const update = async (range: string, valueInputOption: string) =>
      (await sheets.spreadsheets.values.update({ spreadsheetId: id, range, valueInputOption, requestBody: { values } }))
        .data;
    expect(await update('Orders!A5', 'RAW')).toEqual({
      spreadsheetId: id,
      updatedRange: 'Orders!A5:F5',
      updatedRows: 1,
      updatedColumns: 5,
      updatedCells: 5,
    });
    await update('Orders!A6:F6', 'USER_ENTERED');
    expect((await get('Orders!A5:F6', { valueRenderOption: 'FORMULA' })).values).toEqual([
      ['=1+1', '+49301', '007', 5, true],
      ['=1+1', 49301, 7, 5, true],
    ]);
    expect((await get('Orders!A5:A6')).values).toEqual([['=1+1'], ['#NAME?']]);
    const { data } = await sheets.spreadsheets.get({
      spreadsheetId: id,
      ranges: ['Orders!A5:A6'],
      fields: 'sheets.data.rowData.values(userEnteredValue,effectiveValue)',
    });
    expect(data.sheets?.[0]?.data?.[0]?.rowData?.map((row) => row.values?.[0])).toEqual([
      { userEnteredValue: { stringValue: '=1+1' }, effectiveValue: { stringValue: '=1+1' } },
      {
        userEnteredValue: { formulaValue: '=1+1' },
        effectiveValue: { errorValue: { type: 'NAME', message: 'Unknown name' } },
      },
    ]);
  });

  it('refuses values that do not fit their range', async () => {
    const update = (range: string, values: string[][]) =>
      sheets.spreadsheets.values.update({ spreadsheetId: id, range, valueInputOption: 'RAW', requestBody: { values } });
    expect(await refused(update('Orders!A1:B2', [['x'], ['y'], ['z']]))).toBe(
      'Requested writing within range [Orders!A1:B2], but tried writing to row [3]',
    );
    expect(await refused(update('Orders!A1:B2', [['x', 'y', 'z']]))).toBe(
      'Requested writing within range [Orders!A1:B2], but tried writing to column [C]',
    );
    expect(await refused(update('Orders!Z1000', [['x'], ['y']]))).toContain('exceeds grid limits');
    expect(await refused(update('Orders!A1', [['x'.repeat(50_001)]]))).toContain('maximum of 50000 characters');
    expect(
      await refused(
        sheets.spreadsheets.values.update({ spreadsheetId: id, range: 'Orders!A1', requestBody: { values: [['x']] } }),
      ),
    ).toContain('valueInputOption');
  });

  it('appends below the table it finds, over what stands there unless it is to make rows', async () => {
    const row = async (insertDataOption: string, text: string) =>
      (
        await sheets.spreadsheets.values.append({
          spreadsheetId: id,
          range: 'Orders!A1',
          valueInputOption: 'RAW',
          insertDataOption,
          requestBody: { values: [[text, text]] },
        })
      ).data;
    await open.server.act(id, { do: 'edit', tab: 'Orders', row: 4, column: 0, text: 'far' });
    expect(await row('OVERWRITE', 'over')).toMatchObject({
      tableRange: 'Orders!A1:C3',
      updates: { updatedRange: 'Orders!A4:B4', updatedRows: 1 },
    });
    expect(open.server.rows(id, 'Orders')?.map(([first]) => first)).toEqual(['A1', 'A2', 'A3', 'over', 'far']);
    await row('INSERT_ROWS', 'made');
    expect(open.server.rows(id, 'Orders')?.map(([first]) => first)).toEqual(['A1', 'A2', 'A3', 'over', 'far', 'made']);
  });

  it('clears a range and leaves the rest', async () => {
    await sheets.spreadsheets.values.clear({ spreadsheetId: id, range: 'Orders!B1:C1' });
    expect(open.server.rows(id, 'Orders')).toEqual([
      ['A1', '', ''],
      ['A2', '', 'C2'],
      ['A3', '', ''],
    ]);
  });

  it('tells tabs and their places by a fields mask, and refuses a mask that Google would refuse', async () => {
    const { data } = await sheets.spreadsheets.get({
      spreadsheetId: id,
      fields: 'properties.title,sheets.properties(sheetId,title,index)',
    });
    expect(data).toEqual({
      properties: { title: 'Corner shop' },
      sheets: [
        { properties: { sheetId: 0, title: 'Sheet1', index: 0 } },
        { properties: { sheetId: ORDERS, title: 'Orders', index: 1 } },
      ],
    });
    for (const fields of ['sheets.property', 'sheets(properties', 'sheets..data', 'constructor'])
      expect(await refused(sheets.spreadsheets.get({ spreadsheetId: id, fields }))).toBe(
        'Request contains an invalid argument.',
      );
  });

  it('gives the grid only when asked, and only the tabs that the ranges are on', async () => {
    const plain = await sheets.spreadsheets.get({ spreadsheetId: id });
    expect(plain.data.sheets?.map((sheet) => sheet.data)).toEqual([undefined, undefined]);
    expect(plain.data.spreadsheetUrl).toBe(`${open.server.url}/spreadsheets/${id}`);
    const { data } = await sheets.spreadsheets.get({
      spreadsheetId: id,
      ranges: ['Orders!B2:C2', 'Orders!A3'],
      includeGridData: true,
    });
    expect(data.sheets).toHaveLength(1);
    expect(data.sheets?.[0]?.data).toMatchObject([
      { startRow: 1, startColumn: 1, rowData: [{ values: [{}, { formattedValue: 'C2' }] }] },
      { startRow: 2, rowData: [{ values: [{ formattedValue: 'A3' }] }] },
    ]);
  });
});

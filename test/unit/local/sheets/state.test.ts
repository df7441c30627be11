import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../../deploy/local/sheets/config';
import { startSheetsServer } from '../../../../deploy/local/sheets/start-sheets-server';
import { createSheetsClient } from '../../../../platform/google-sheets-client';
import { parseServiceAccount } from '../../../../platform/service-account';
import { keptPort } from '../../../support/kept-port';
import { runFixture } from '../../platform/fixtures/run-fixture';
import { append, openSheets } from './open-sheets';

const MAIN = '../../../../deploy/local/sheets/main.ts';

describe('what the sheets model keeps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheets-'));
  const dataFile = join(folder, 'deep', 'sheets.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is there again after a restart: sheets, marks, sharing, accounts, and tokens that clients hold', async () => {
    const first = await openSheets({ dataFile });
    const id = await first.spreadsheet();
    const sheets = await first.client();
    const dimensionRange = { sheetId: 1, dimension: 'COLUMNS', startIndex: 2, endIndex: 3 };
    const developerMetadata = { metadataKey: 'k', visibility: 'DOCUMENT', location: { dimensionRange } };
    await sheets.spreadsheets.batchUpdate({
      spreadsheetId: id,
      requestBody: {
        requests: [append([['Order ID', '', '=1+1']]), { createDeveloperMetadata: { developerMetadata } }],
      },
    });
    await first.server.act(id, { do: 'edit', tab: 'Orders', row: 4, column: 0, text: '=A1' });
    const before = first.server.spreadsheet(id);
    const account = await first.server.serviceAccount();
    const { port } = first.server;
    await first.server.close();

    const second = await openSheets({ dataFile, port });
    expect(JSON.parse(JSON.stringify(second.server.spreadsheet(id)))).toEqual(JSON.parse(JSON.stringify(before)));
    expect(second.server.rows(id, 'Orders')).toEqual([
      ['Order ID', '', '=1+1'],
      ...[1, 2, 3].map(() => ['', '', '']),
      ['#NAME?', '', ''],
    ]);
    expect(await second.server.serviceAccount()).toEqual(account);
    // The client still has its token from before.
    const answer = await sheets.spreadsheets.get({
      spreadsheetId: id,
      includeGridData: true,
      ranges: ['Orders!A1:C5'],
    });
    expect(answer.data.sheets?.[0]?.data?.[0]?.rowData?.map((row) => row.values?.length ?? 0)).toEqual([3, 0, 0, 0, 1]);
    expect(second.server.calls().map(({ method }) => method)).toEqual(['spreadsheets.get']);
    await second.server.close();
  });

  it('is on disk before a write is answered, in a file that only its owner may read', async () => {
    const open = await openSheets({ dataFile });
    const spreadsheetId = await open.spreadsheet();
    const sheets = await open.client();
    await sheets.spreadsheets.batchUpdate({ spreadsheetId, requestBody: { requests: [append([['canary-row']])] } });
    expect(readFileSync(dataFile, 'utf8')).toContain('canary-row');
    expect(statSync(dataFile).mode & 0o777).toBe(0o600);
    await open.server.close();
  });

  it('is not thrown away when it cannot be read', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"version":1,"spread');
    await expect(startSheetsServer({ dataFile: broken })).rejects.toThrow(broken);
    expect(readFileSync(broken, 'utf8')).toBe('{"version":1,"spread');
  });

  it('is kept by the process as well, which ends with 0 on SIGTERM', async () => {
    const credentials = join(folder, 'account.json');
    const env = {
      SHEETS_PORT: '0',
      SHEETS_DATA_FILE: join(folder, 'process.json'),
      SHEETS_CREDENTIALS_FILE: credentials,
      SHEETS_SEED: JSON.stringify([{ id: 'demo-1', title: 'Demo' }]),
    };
    for (const run of [0, 1]) {
      const { process: child, printed, ended } = runFixture(MAIN, '', env);
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      await printed('"event":"ready"');
      const port = Number(/"httpPort":(\d+)/.exec(output)?.[1]);
      const apiUrl = `http://127.0.0.1:${port}`;
      expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
      const sheets = createSheetsClient({
        credentials: parseServiceAccount(readFileSync(credentials, 'utf8')),
        apiUrl,
      });
      const { data } = await sheets.spreadsheets.values.append({
        spreadsheetId: 'demo-1',
        range: 'Sheet1',
        valueInputOption: 'RAW',
        requestBody: { values: [['x']] },
      });
      expect(data.updates?.updatedRange).toBe(`Sheet1!A${run + 1}`);
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    }
    expect(existsSync(credentials)).toBe(true);
    expect(statSync(credentials).mode & 0o777).toBe(0o600);
  });

  it('is prepared before it says that it is ready', async () => {
    const readiness: number[] = [];
    const ask = async (port: number) => readiness.push((await fetch(`http://127.0.0.1:${port}/readyz`)).status);
    const port = await keptPort();
    const server = await startSheetsServer({ port, prepare: () => ask(port).then(() => undefined) });
    await ask(port);
    await server.close();
    expect(readiness).toEqual([503, 200]);
  });

  it('does not run when what it needs cannot be prepared', async () => {
    const port = await keptPort();
    const prepare = () => Promise.reject(new Error('no room for the key file'));
    await expect(startSheetsServer({ port, prepare })).rejects.toThrow('no room for the key file');
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  });

  it('is configured by variables that are checked', () => {
    expect(loadConfig({})).toMatchObject({ SHEETS_PORT: 8092, BIND_ADDRESS: '127.0.0.1', SHEETS_SEED: [] });
    expect(() =>
      loadConfig({ BIND_ADDRESS: '0.0.0.0', SHEETS_SEED: '[{"id":"a/b","title":"x"}]', SHEETS_PORT: 'x' }),
    ).toThrow(/BIND_ADDRESS: must be a loopback address\n.*SHEETS_PORT: .*\n.*SHEETS_SEED: must be JSON/);
  });
});

import type { sheets_v4 } from '@googleapis/sheets';
import { isSheetColumn, type SheetColumn } from '../../../domain/sheets/columns';
import type { SheetTab } from '../../../domain/sheets/sheet-tab';

/** Marks a column as one of ours, whatever it is called and wherever it is moved; the value is our name for it. */
export const COLUMN_TAG = 'order-booking.column';

/** What of a spreadsheet is asked for: nothing that is not needed, above all no formats, which are most of an answer. */
export const SHEETS_FIELDS =
  'sheets(properties(sheetId,title,gridProperties(columnCount)),' +
  'data(startRow,startColumn,rowData(values(formattedValue)),columnMetadata(developerMetadata(metadataKey,metadataValue))))';

/** The tab with this title in an answer of Google's; undefined when it is not there. */
export function readTabAnswer(
  sheets: readonly sheets_v4.Schema$Sheet[] | null | undefined,
  title: string,
): SheetTab | undefined {
  const sheet = sheets?.find(({ properties }) => isTitle(properties?.title, title));
  if (sheet === undefined) return undefined;
  const tags = new Map<SheetColumn, number>();
  const cells: (string | undefined)[][] = [];
  for (const { startRow, startColumn, rowData, columnMetadata } of sheet.data ?? []) {
    columnMetadata?.forEach(({ developerMetadata }, offset) => {
      for (const { metadataKey, metadataValue } of developerMetadata ?? []) {
        if (metadataKey !== COLUMN_TAG || !isSheetColumn(metadataValue)) continue;
        const index = (startColumn ?? 0) + offset;
        tags.set(metadataValue, Math.min(index, tags.get(metadataValue) ?? index));
      }
    });
    rowData?.forEach(({ values }, down) => {
      const row = (startRow ?? 0) + down;
      values?.forEach(({ formattedValue }, across) => {
        if (typeof formattedValue !== 'string' || formattedValue === '') return;
        cells[row] ??= [];
        cells[row][(startColumn ?? 0) + across] = formattedValue;
      });
    });
  }
  return {
    sheetId: sheet.properties?.sheetId ?? 0,
    columnCount: sheet.properties?.gridProperties?.columnCount ?? 0,
    tags,
    cells: Array.from(cells),
  };
}

/** Google tells titles apart without regard to case. */
export function isTitle(given: string | null | undefined, title: string): boolean {
  return given?.toLowerCase() === title.toLowerCase();
}

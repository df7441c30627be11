import type { Metadata, Spreadsheet, Tab } from '../model/spreadsheet';
import { cellAnswer } from './cell-data';
import { asksFor, checkFields, type FieldsMask, parseFields, pick } from './fields-mask';
import { type GridRange, wholeTab } from './grid-range';
import { metadataAnswer, visibleMetadata } from './metadata';

/** Of a `Spreadsheet`, what a mask may name. What is below a name without brackets is not checked. */
const SPREADSHEET_FIELDS =
  'spreadsheetId,spreadsheetUrl,properties(title,locale,timeZone,autoRecalc,defaultFormat),namedRanges,dataSources,dataSourceSchedules,developerMetadata,' +
  'sheets(properties(sheetId,title,index,sheetType,hidden,tabColor,tabColorStyle,rightToLeft,' +
  'gridProperties(rowCount,columnCount,frozenRowCount,frozenColumnCount,hideGridlines)),' +
  'data(startRow,startColumn,rowData(values(userEnteredValue,effectiveValue,formattedValue,userEnteredFormat,effectiveFormat,note,hyperlink,' +
  'dataValidation,textFormatRuns,pivotTable)),' +
  'rowMetadata(hiddenByFilter,hiddenByUser,pixelSize,developerMetadata),columnMetadata(hiddenByFilter,hiddenByUser,pixelSize,developerMetadata)),' +
  'merges,conditionalFormats,filterViews,protectedRanges,basicFilter,charts,bandedRanges,developerMetadata,rowGroups,columnGroups,slicers,tables)';
export const KNOWN_FIELDS: FieldsMask = parseFields(SPREADSHEET_FIELDS);

const PIXELS = { ROWS: 21, COLUMNS: 100 };

export interface AnswerOptions {
  /** Undefined: all tabs, whole. */
  readonly ranges: readonly GridRange[] | undefined;
  readonly includeGridData: boolean;
  /** Takes the place of `includeGridData`. */
  readonly mask: FieldsMask | undefined;
  readonly project: string;
  readonly baseUrl: string;
}

/** The `fields` of a request for a spreadsheet. @throws GoogleError 400 when it names what a spreadsheet has not. */
export function spreadsheetMask(fields: string | undefined): FieldsMask | undefined {
  if (fields === undefined || fields === '') return undefined;
  const mask = parseFields(fields);
  checkFields(mask, KNOWN_FIELDS);
  return mask;
}

/** A `Spreadsheet` as an answer, cut to the ranges and the mask. */
export function spreadsheetAnswer(spreadsheet: Spreadsheet, options: AnswerOptions): object {
  const { ranges, mask, project } = options;
  const withGrid = mask === undefined ? options.includeGridData : asksFor(mask, ['sheets', 'data']);
  const metadata = visibleMetadata(spreadsheet, project);
  const overall = metadata.filter(({ location }) => 'spreadsheet' in location).map(metadataAnswer);
  const answer = {
    spreadsheetId: spreadsheet.id,
    properties: { title: spreadsheet.title, locale: 'en_US', autoRecalc: 'ON_CHANGE', timeZone: 'Etc/GMT' },
    sheets: spreadsheet.tabs.flatMap((tab, index) => {
      const wanted = ranges === undefined ? [wholeTab(tab)] : ranges.filter((range) => range.tab === tab);
      if (wanted.length === 0) return [];
      const ofTab = metadata.filter(({ location }) => 'sheetId' in location && location.sheetId === tab.sheetId);
      const onWhole = ofTab.filter(({ location }) => !('dimension' in location)).map(metadataAnswer);
      return [
        {
          properties: tabProperties(tab, index),
          ...(withGrid && { data: wanted.map((range) => gridData(range, ofTab)) }),
          ...(onWhole.length > 0 && { developerMetadata: onWhole }),
        },
      ];
    }),
    ...(overall.length > 0 && { developerMetadata: overall }),
    spreadsheetUrl: `${options.baseUrl}/spreadsheets/${spreadsheet.id}`,
  };
  return mask === undefined ? answer : (pick(answer, mask) as object);
}

export function tabProperties(tab: Tab, index: number): object {
  const { sheetId, title, hidden, rowCount, columnCount, frozenRowCount, frozenColumnCount } = tab;
  return {
    sheetId,
    title,
    index,
    sheetType: 'GRID',
    ...(hidden && { hidden }),
    gridProperties: {
      rowCount,
      columnCount,
      ...(frozenRowCount > 0 && { frozenRowCount }),
      ...(frozenColumnCount > 0 && { frozenColumnCount }),
    },
  };
}

/** Rows end with the last that has something in it, as Google's do; the metadata of rows and columns is there for each of them. */
function gridData({ tab, startRow, endRow, startColumn, endColumn }: GridRange, metadata: readonly Metadata[]): object {
  // Not `map`: it leaves out the rows that were never written to.
  const rowData = Array.from(tab.rows.slice(startRow, endRow), (row = []) => {
    const cells = row.slice(startColumn, endColumn);
    const used = cells.findLastIndex((cell) => Object.keys(cellAnswer(cell)).length > 0) + 1;
    return used === 0 ? {} : { values: Array.from({ length: used }, (_, index) => cellAnswer(cells[index])) };
  });
  const used = rowData.findLastIndex((row) => 'values' in row) + 1;
  const about = (dimension: 'ROWS' | 'COLUMNS', start: number, end: number): readonly object[] =>
    Array.from({ length: end - start }, (_, offset) => {
      const here = metadata.filter(
        ({ location: at }) => 'dimension' in at && at.dimension === dimension && at.index === start + offset,
      );
      return { pixelSize: PIXELS[dimension], ...(here.length > 0 && { developerMetadata: here.map(metadataAnswer) }) };
    });
  return {
    ...(startRow > 0 && { startRow }),
    ...(startColumn > 0 && { startColumn }),
    ...(used > 0 && { rowData: rowData.slice(0, used) }),
    rowMetadata: about('ROWS', startRow, endRow),
    columnMetadata: about('COLUMNS', startColumn, endColumn),
  };
}

import type { MessageInitShape } from '@bufbuild/protobuf';
import type { SHEET_STATES, SheetAttempt } from '../../../../domain/sheets/sheet-status';
import { sheetToWire } from '../../../../domain/sheets/wire';
import {
  SheetSyncResult as ResultMessage,
  type SheetSchema,
  type SheetSyncAttemptSchema,
  SheetState as StateMessage,
} from '../../../../gen/orderbooking/v1/sheet_service_pb';
import type { SheetStatus } from '../../use-cases/contract';
import { timestampMessage } from './order-message';

const STATE: Readonly<Record<(typeof SHEET_STATES)[number], StateMessage>> = {
  off: StateMessage.OFF,
  not_connected: StateMessage.NOT_CONNECTED,
  synced: StateMessage.SYNCED,
  syncing: StateMessage.SYNCING,
  parked: StateMessage.PARKED,
};

const RESULT: Readonly<Record<SheetAttempt['result'], ResultMessage>> = {
  synced: ResultMessage.SYNCED,
  retried: ResultMessage.RETRIED,
  parked: ResultMessage.PARKED,
};

export function sheetMessage(status: SheetStatus): MessageInitShape<typeof SheetSchema> {
  const sheet = sheetToWire(status);
  const { parked } = sheet;
  return {
    enabled: sheet.enabled,
    ...(sheet.spreadsheet_id === null ? {} : { spreadsheetId: sheet.spreadsheet_id }),
    ...(sheet.spreadsheet_url === null ? {} : { spreadsheetUrl: sheet.spreadsheet_url }),
    sheetName: sheet.sheet_name,
    ...(sheet.service_account === null ? {} : { serviceAccount: sheet.service_account }),
    state: STATE[sheet.state],
    unsyncedOrders: sheet.unsynced_orders,
    ...(sheet.last_synced_at === null ? {} : { lastSyncedAt: timestampMessage(sheet.last_synced_at) }),
    ...(parked === null
      ? {}
      : {
          parked: {
            cause: parked.cause,
            message: parked.message,
            whatToDo: parked.what_to_do,
            parkedAt: timestampMessage(parked.parked_at),
          },
        }),
  };
}

export function sheetAttemptMessage(attempt: SheetAttempt): MessageInitShape<typeof SheetSyncAttemptSchema> {
  return {
    id: attempt.id,
    orderIds: [...attempt.orderIds],
    result: RESULT[attempt.result],
    ...(attempt.cause === null ? {} : { cause: attempt.cause }),
    ...(attempt.statusCode === null ? {} : { statusCode: attempt.statusCode }),
    startedAt: timestampMessage(attempt.startedAt),
    durationMs: attempt.durationMs,
    correlationIds: [...attempt.correlationIds],
    ...attempt.written,
    attempt: attempt.attempt,
  };
}

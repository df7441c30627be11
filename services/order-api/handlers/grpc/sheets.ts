import { create } from '@bufbuild/protobuf';
import { pagingSchema } from '../../../../domain/schemas/paging';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  GetSheetStatusResponseSchema,
  ListSheetSyncAttemptsResponseSchema,
  ResyncSheetResponseSchema,
  type SheetService,
} from '../../../../gen/orderbooking/v1/sheet_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { sheetAttemptMessage, sheetMessage } from './sheet-message';
import type { UnaryHandler } from './unary';

type Methods = typeof SheetService.method;

/** SheetService.GetSheetStatus. */
export function getSheetStatus(useCases: UseCases): UnaryHandler<Methods['getSheetStatus']> {
  return async (_request, call) =>
    create(GetSheetStatusResponseSchema, { sheet: sheetMessage(await useCases.getSheetStatus(call)) });
}

/** SheetService.ListSheetSyncAttempts. */
export function listSheetSyncAttempts(useCases: UseCases): UnaryHandler<Methods['listSheetSyncAttempts']> {
  return async ({ pageSize, pageToken }, call) => {
    const paging = parseInput(pagingSchema, { page_size: pageSize, page_token: pageToken });
    const page = await useCases.listSheetSyncAttempts(call, paging);
    return create(ListSheetSyncAttemptsResponseSchema, {
      attempts: page.attempts.map(sheetAttemptMessage),
      nextPageToken: page.nextPageToken ?? '',
    });
  };
}

/** SheetService.ResyncSheet. */
export function resyncSheet(useCases: UseCases): UnaryHandler<Methods['resyncSheet']> {
  return async ({ all }, call) =>
    create(ResyncSheetResponseSchema, { sheet: sheetMessage(await useCases.resyncSheet(call, { all })) });
}

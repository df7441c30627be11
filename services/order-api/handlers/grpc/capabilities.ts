import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Capabilities } from '../../../../domain/capabilities';
import { type FieldViolation, ValidationError } from '../../../../domain/errors';
import { updateCapabilitiesSchema } from '../../../../domain/schemas/capabilities';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  type CapabilitiesSchema,
  type CapabilityService,
  GetCapabilitiesResponseSchema,
  IsOrderBookingEnabledResponseSchema,
  type UpdateCapabilitiesRequest,
  UpdateCapabilitiesResponseSchema,
} from '../../../../gen/orderbooking/v1/capability_service_pb';
import { checkClaimedTenant } from '../../claimed-tenant';
import type { UseCases } from '../../use-cases/contract';
import { timestampMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** CapabilityService.GetCapabilities. */
export function getCapabilities(useCases: UseCases): UnaryHandler<typeof CapabilityService.method.getCapabilities> {
  return async (_request, call) =>
    create(GetCapabilitiesResponseSchema, { capabilities: capabilitiesMessage(await useCases.getCapabilities(call)) });
}

/** CapabilityService.UpdateCapabilities: by `update_mask`, or by what is set when there is none (AIP-134). */
export function updateCapabilities(
  useCases: UseCases,
): UnaryHandler<typeof CapabilityService.method.updateCapabilities> {
  return async (request, call) => {
    checkClaimedTenant(call.caller, request.capabilities?.userId);
    const change = parseInput(updateCapabilitiesSchema, changedFields(request));
    return create(UpdateCapabilitiesResponseSchema, {
      capabilities: capabilitiesMessage(await useCases.updateCapabilities(call, change)),
    });
  };
}

/** CapabilityService.IsOrderBookingEnabled. */
export function isOrderBookingEnabled(
  useCases: UseCases,
): UnaryHandler<typeof CapabilityService.method.isOrderBookingEnabled> {
  return async (_request, call) =>
    create(IsOrderBookingEnabledResponseSchema, { enabled: await useCases.isOrderBookingEnabled(call) });
}

const CLEARABLE = ['sheets_spreadsheet_id', 'sheets_credentials', 'pending_order_expiry_seconds'];
/** Nobody can read them, so whoever sends all of what was read back does not mean to clear them. */
const WRITE_ONLY = ['sheets_credentials'];

/** The request as `PUT /api/capabilities` would carry it: only fields that change, and null for one that is cleared. */
function changedFields(request: UpdateCapabilitiesRequest): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = {
    order_booking_enabled: request.capabilities?.orderBookingEnabled,
    sheets_sync_enabled: request.capabilities?.sheetsSyncEnabled,
    sheets_spreadsheet_id: request.capabilities?.sheetsSpreadsheetId,
    sheets_sheet_name: request.capabilities?.sheetsSheetName,
    sheets_credentials: request.capabilities?.sheetsCredentials,
    pending_order_expiry_seconds: request.capabilities?.pendingOrderExpirySeconds,
    booking_locale: request.capabilities?.bookingLocale,
    booking_idle_expiry_seconds: request.capabilities?.bookingIdleExpirySeconds,
    confirmation_expiry_seconds: request.capabilities?.confirmationExpirySeconds,
    confirmation_phrases: request.capabilities?.confirmationPhrases,
  };
  const mask = request.updateMask?.paths ?? [];
  // A list cannot be absent: without a mask an empty one says nothing, or a change of any other field would clear it.
  const phrases = request.capabilities?.confirmationPhrases ?? [];
  if (mask.length === 0) return phrases.length > 0 ? values : { ...values, confirmation_phrases: undefined };

  const all = Object.keys(values).filter((path) => !WRITE_ONLY.includes(path) || values[path] !== undefined);
  const paths = mask.includes('*') ? all : mask;
  if (!paths.every((path) => Object.hasOwn(values, path))) {
    throw ValidationError.ofFields([
      { field: 'update_mask', description: `may name ${Object.keys(values).join(', ')}, or be *` },
    ]);
  }
  const missing: FieldViolation[] = paths
    .filter((path) => values[path] === undefined && !CLEARABLE.includes(path))
    .map((field) => ({ field, description: 'is named by update_mask and must be set' }));
  if (missing.length > 0) throw ValidationError.ofFields(missing);
  return Object.fromEntries(paths.map((path) => [path, values[path] ?? null]));
}

function capabilitiesMessage(capabilities: Capabilities): MessageInitShape<typeof CapabilitiesSchema> {
  return {
    userId: capabilities.userId,
    orderBookingEnabled: capabilities.orderBookingEnabled,
    sheetsSyncEnabled: capabilities.sheetsSyncEnabled,
    ...(capabilities.sheetsSpreadsheetId === null ? {} : { sheetsSpreadsheetId: capabilities.sheetsSpreadsheetId }),
    sheetsSheetName: capabilities.sheetsSheetName,
    ...(capabilities.sheetsServiceAccount === null ? {} : { sheetsServiceAccount: capabilities.sheetsServiceAccount }),
    ...(capabilities.pendingOrderExpirySeconds === null
      ? {}
      : { pendingOrderExpirySeconds: capabilities.pendingOrderExpirySeconds }),
    bookingLocale: capabilities.bookingLocale,
    bookingIdleExpirySeconds: capabilities.bookingIdleExpirySeconds,
    confirmationExpirySeconds: capabilities.confirmationExpirySeconds,
    confirmationPhrases: [...capabilities.confirmationPhrases],
    updatedAt: timestampMessage(capabilities.updatedAt),
  };
}

import type { BookingAction } from '../domain/booking/booking';
import type { ClaimedItem, StepRequest } from '../domain/booking/step-request';
import type { StepMessage } from './booking-contract';

/**
 * Whether a message has the form of a step. Anyone with access to Temporal can send one; what is wrong in its form would
 * otherwise show as a defect of the code that reads it.
 */
export function isStepMessage(action: BookingAction, message: unknown): message is StepMessage {
  if (!isRecord(message)) return false;
  const { request, requestHash, actor, correlationId, confidence } = message;
  return (
    isRecord(request) &&
    request.action === action &&
    isStepAction(action) &&
    hasForm(REQUEST_FORMS[action], request) &&
    [requestHash, actor, correlationId].every(isText) &&
    (confidence === undefined || isShare(confidence))
  );
}

type StepAction = StepRequest['action'];
type Form<T> = { readonly [Field in keyof T]: (value: unknown) => boolean };
type FormOf<Action extends StepAction> = Form<Omit<Extract<StepRequest, { readonly action: Action }>, 'action'>>;

const CLAIMED_ITEM: Form<ClaimedItem> = {
  name: isText,
  quantity: Number.isSafeInteger,
  nameWords: isText,
  quantityWords: isText,
};

const REQUEST_FORMS: { readonly [Action in StepAction]: FormOf<Action> } = {
  add_items: {
    customerMessage: isText,
    items: (items) => Array.isArray(items) && items.every((item) => isRecord(item) && hasForm(CLAIMED_ITEM, item)),
  },
  remove_item: { itemId: isText },
  confirm_items: { customerReply: isText },
  set_customer: { customerMessage: isText, customerName: isText, customerPhone: isText, notes: isTextOrNull },
  get_summary: {},
  confirm_booking: {
    summaryDigest: isText,
    customerReply: isText,
    declined: (declined) => declined === undefined || declined === true,
  },
  abandon_booking: { reason: isTextOrNull },
};

function isStepAction(action: BookingAction): action is StepAction {
  return Object.hasOwn(REQUEST_FORMS, action);
}

function hasForm(form: Readonly<Record<string, (value: unknown) => boolean>>, value: Record<string, unknown>): boolean {
  return Object.entries(form).every(([field, fits]) => fits(value[field]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

import type { OrderSearch } from '../../../persistence/orders/list-orders';

/** The notation of a phone number, or of a part of one. */
const PHONE_NOTATION = /^[+\d\s()./-]+$/;
/** Fewer digits are in too many phone numbers to find one by. */
const MIN_DIGITS = 3;
/** Fewer characters are at the beginning of too many ids. */
const ID_PREFIX = /^[0-9a-f][0-9a-f-]{3,35}$/;

/**
 * What a typed text may stand for. A phone number is stored with its country code and without the zero that is dialled before
 * it at home, so that zeros at the beginning are no part of what is looked for.
 */
export function orderSearch(typed: string | undefined): OrderSearch | undefined {
  if (typed === undefined) return undefined;
  const digits = PHONE_NOTATION.test(typed) ? typed.replace(/\D/g, '').replace(/^0+/, '') : '';
  const id = typed.toLowerCase();
  return {
    text: typed,
    digits: digits.length >= MIN_DIGITS ? digits : undefined,
    idPrefix: ID_PREFIX.test(id) ? id : undefined,
  };
}

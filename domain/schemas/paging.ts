import * as z from 'zod';
import { PAGE_TOKEN_PATTERN } from '../page-token';

export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;

/** A query parameter that may be left out, or left empty (`?status=`), which is how proto3 says "not set" as well. */
export function optionalParameter<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

/** AIP-158: 0 or nothing asks for the default, more than the maximum is cut to it, and only a negative number is wrong. */
export const pageSize = z
  .preprocess(
    readNumber,
    z
      .int()
      .min(0)
      .meta({
        description: 'How many to return at most: 20 unless said otherwise; more than 100 is read as 100.',
        default: PAGE_SIZE_DEFAULT,
        examples: [50],
      })
      .optional(),
  )
  .transform((size) => Math.min(size || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX));

/** Only its form is looked at here; whether it belongs to this list is for `decodePageToken` to say. */
export const pageToken = optionalParameter(
  z
    .string()
    .regex(PAGE_TOKEN_PATTERN, { error: 'is not a token of this list with this filter; start again without it' })
    .meta({ description: 'The `next_page_token` of the page before; empty or absent for the first page.' }),
);

/** The query of a list that has no filter. */
export const pagingSchema = z
  .strictObject({ page_size: pageSize, page_token: pageToken })
  .transform((wire) => ({ pageSize: wire.page_size, pageToken: wire.page_token }));

/** A query string has no numbers, only their digits. */
function readNumber(value: unknown): unknown {
  if (value === '') return undefined;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

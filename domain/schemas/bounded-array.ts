import * as z from 'zod';
import type { FieldMeta } from './checked-string';

/**
 * An array of 1 to `max` elements. A longer one is refused before its elements are looked at: zod counts afterwards, so a
 * body of half a million wrong elements would cost a second and half a million messages.
 */
export function boundedArray<Element extends z.ZodType>(element: Element, max: number, meta: FieldMeta) {
  return z.preprocess(refuseLonger(max), z.array(element).min(1).max(max).meta(meta));
}

/** The same, but it may be empty. */
export function arrayOfAtMost<Element extends z.ZodType>(element: Element, max: number, meta: FieldMeta) {
  return z.preprocess(refuseLonger(max), z.array(element).max(max).meta(meta));
}

function refuseLonger(max: number) {
  return (value: unknown, context: z.core.$RefinementCtx) => {
    if (!Array.isArray(value) || value.length <= max) return value;
    context.addIssue({ code: 'custom', message: `must have at most ${max} elements` });
    return z.NEVER;
  };
}

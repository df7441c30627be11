import * as z from 'zod';
import type { Checked } from '../checked';

/** What OpenAPI says of a field. It goes on the innermost schema: zod leaves examples and defaults of a transformed one out. */
export type FieldMeta = z.core.GlobalMeta & { readonly description: string };

/** A string field whose value is what `check` makes of it. In JSON Schema it is a plain string with `meta`. */
export function checkedString<T>(meta: FieldMeta, check: (raw: string) => Checked<T>) {
  return z
    .string()
    .meta(meta)
    .transform((raw, context): T => {
      const checked = check(raw);
      if (checked.ok) return checked.value;
      context.addIssue({ code: 'custom', message: checked.problem });
      return z.NEVER;
    });
}

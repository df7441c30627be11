import type * as z from 'zod';
import { badRequest } from './google-error';

/**
 * Reads a request's JSON, or a part of it that lies `at` a path.
 * @throws GoogleError 400 as Google's for JSON that does not fit its schema.
 */
export function parseBody<S extends z.ZodType>(schema: S, value: unknown, at = ''): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text && '.'}${String(step)}`),
    at,
  );
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  throw badRequest(
    unknown === undefined
      ? `Invalid value at '${path}': ${issue?.message ?? 'not valid'}`
      : `Invalid JSON payload received. Unknown name "${unknown}"${path && ` at '${path}'`}: Cannot find field.`,
  );
}

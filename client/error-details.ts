import type { ErrorDetails, FieldViolation } from '../domain/errors';

/** ErrorInfo's metadata is text only; these details are JSON in it. */
const JSON_DETAILS = new Set([
  'missing',
  'allowed_actions',
  'candidates',
  'allowed_statuses',
  'required_scopes',
  'current_version',
  'max_subscriptions',
]);
/** Texts that may be null. For all others, `null` is what somebody wrote. */
const NULLABLE_DETAILS = new Set(['ask', 'next_step', 'service_account']);

/** An error's details as REST gives them. What no JSON can be read from stays the text that it is. */
export function errorDetails(
  metadata: Readonly<Record<string, string>>,
  violations: readonly FieldViolation[],
): ErrorDetails {
  return {
    ...Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, detail(name, text)])),
    ...(violations.length === 0
      ? {}
      : { violations: violations.map(({ field, description }) => ({ field, description })) }),
  };
}

function detail(name: string, text: string): unknown {
  if (NULLABLE_DETAILS.has(name)) return text === 'null' ? null : text;
  if (!JSON_DETAILS.has(name)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

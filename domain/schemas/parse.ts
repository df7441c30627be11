import type * as z from 'zod';
import { type FieldViolation, ValidationError } from '../errors';

/** More than anyone mends at once; it keeps the answer to a hostile request small. */
const MAX_VIOLATIONS = 20;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'must be a string',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be an array',
  object: 'must be an object',
};

/**
 * Reads a request by its schema.
 *
 * `root` names the value when it is not a whole request (`Idempotency-Key`, `order_id`); in a whole request the fields'
 * paths start from nothing, and a violation of the request itself has an empty path.
 * @throws ValidationError that names at most 20 wrong fields by their wire paths (`items[0].quantity`), never their values.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, root = ''): z.output<Schema> {
  const result = schema.safeParse(input, { error: describeIssue });
  if (result.success) return result.data;
  throw ValidationError.ofFields(violations(result.error.issues, root));
}

function violations(issues: readonly z.core.$ZodIssue[], root: string): FieldViolation[] {
  const byField = new Map<string, string>();
  for (const issue of issues) {
    const field = wirePath(root, issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MAX_VIOLATIONS)) {
        byField.set(wirePath(field, [safeKey(key)]), issue.message);
      }
    } else {
      // The last one wins: for a number beyond what is exact, zod first names its own limit, then ours.
      byField.set(field, issue.message);
    }
    if (byField.size >= MAX_VIOLATIONS) break;
  }
  return Array.from(byField, ([field, description]) => ({ field, description })).slice(0, MAX_VIOLATIONS);
}

/** Our own words for every kind of issue: zod's would quote the input or name TypeScript's types. */
function describeIssue(issue: z.core.$ZodRawIssue): string {
  const missing = issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  if (missing) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return EXPECTED[issue.expected] ?? 'is of the wrong type';
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum} element`
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${issue.maximum} elements`
        : `must be at most ${issue.maximum}`;
    case 'unrecognized_keys':
      return 'is not a field of this request';
    default:
      return 'is not valid';
  }
}

function wirePath(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, step) => {
    if (typeof step === 'number') return `${field}[${step}]`;
    return field === '' ? String(step) : `${field}.${String(step)}`;
  }, root);
}

/** An unknown field's name comes from the caller: it is told back only if it looks like a name and not like someone's data. */
function safeKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(key) ? key : '(unknown)';
}

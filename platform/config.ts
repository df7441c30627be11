import * as z from 'zod';
import { parseSigningKeys } from './confirmation-signing';
import { parseKeyring } from './keyring';
import { LOG_LEVELS } from './logger';
import { parseServiceAccount } from './service-account';

/** The environment does not make a configuration. The message has one line per bad variable and no values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(['The environment is not complete or not valid:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/**
 * Reads a service's configuration from its environment. A variable that is set but empty counts as not set, as in env
 * files and container manifests that name a variable without filling it.
 * @throws ConfigError naming every bad variable at once, so that nobody mends them one start at a time.
 */
export function readConfig<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const problems = new Map<string, string>();
  for (const issue of result.error.issues) {
    const variable = String(issue.path[0] ?? 'the environment');
    if (!problems.has(variable)) problems.set(variable, describeProblem(set[variable], issue.message));
  }
  throw new ConfigError([...problems].sort().map(([variable, problem]) => `${variable}: ${problem}`));
}

/** A TCP port; 0 lets the system choose a free one. */
export function port(fallback: number): z.ZodDefault<z.ZodType<number>> {
  return wholeNumber({ min: 0, max: 65_535 }).default(fallback);
}

/** A duration in whole seconds. */
export function seconds(bounds: { readonly min: number; readonly max: number }): z.ZodType<number> {
  return wholeNumber(bounds);
}

/** A duration in whole milliseconds. */
export function milliseconds(bounds: { readonly min: number; readonly max: number }): z.ZodType<number> {
  return wholeNumber(bounds);
}

/** A whole number in plain decimal digits. `Number()` would take `0x10`, `1e3` and white space as well. */
export function wholeNumber({ min, max }: { readonly min: number; readonly max: number }): z.ZodType<number> {
  const range = `must be a whole number from ${min} to ${max}`;
  return z
    .string(range)
    .regex(/^\d{1,15}$/, range)
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
}

/** A PostgreSQL connection string. */
export function postgresUrl(): z.ZodType<string> {
  const form = 'must be a URL such as postgres://role:password@host:5432/database';
  return z.string(form).refine((text) => URL.canParse(text) && /^postgres(?:ql)?:\/\/./.test(text), form);
}

/** An address `host:port`; an IPv6 host stands in brackets. */
export function hostAndPort(): z.ZodType<string> {
  const form = 'must be host:port';
  return z.string(form).regex(/^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, form);
}

/** Host names without ports, comma-separated; an IPv6 one stands in brackets. */
export function hostNames(): z.ZodType<readonly string[]> {
  const form = 'must be host names without ports, comma-separated';
  return z
    .string(form)
    .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
    .refine((names) => names.every((name) => /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/.test(name)), form);
}

/** The collector's address, `http://host:4317` or `https://…`. */
export function httpUrl(): z.ZodType<string> {
  const form = 'must be an http:// or https:// URL';
  return z.string(form).refine((text) => URL.canParse(text) && /^https?:\/\/./.test(text), form);
}

/** `true` or `false`. Other words for them are refused: a switch that is on by mistake would not be noticed. */
export function trueOrFalse(): z.ZodType<boolean> {
  return z.enum(['true', 'false'], 'must be true or false').transform((word) => word === 'true');
}

/** A Google service account's key file (see `parseServiceAccount`), kept as the text it was given as. */
export function serviceAccountJson(): z.ZodType<string> {
  return readable(parseServiceAccount);
}

/** A keyring (see `parseKeyring`), kept as the text it was given as once it is known to be readable. */
export function encryptionKeys(): z.ZodType<string> {
  return readable(parseKeyring);
}

/** The keys that sign confirmations (see `parseSigningKeys`), kept as the text they were given as. */
export function signingKeys(): z.ZodType<string> {
  return readable(parseSigningKeys);
}

function readable(read: (text: string) => unknown): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is not valid' });
    }
  });
}

export function logLevel(): z.ZodEnum<{ [Level in (typeof LOG_LEVELS)[number]]: Level }> {
  return z.enum(LOG_LEVELS);
}

function describeProblem(value: string | undefined, message: string): string {
  if (value === undefined) return 'is missing';
  // No message of ours or zod's quotes its input; should one ever do, a password would stand in every log.
  return message.includes(value) ? 'is not valid' : message;
}

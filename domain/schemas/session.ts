import * as z from 'zod';
import { SCOPES } from '../access';
import type { SessionWire } from '../session';
import { successEnvelope } from './wire';

/** Longer than any key we issue: whatever it is, it is not one. */
const KEY_MAX_LENGTH = 256;

/** The body of `POST /api/session`. Whether it is a key is for whoever looks it up: a form of its own here would say what keys look like. */
export const beginSessionSchema = z
  .strictObject({
    api_key: z
      .string()
      .min(1, { error: 'must not be empty' })
      .max(KEY_MAX_LENGTH, { error: `must have at most ${KEY_MAX_LENGTH} characters` })
      .meta({ description: 'The API key to sign in with.', writeOnly: true }),
  })
  .transform((wire) => ({ apiKey: wire.api_key }));

const sessionWireSchema = z
  .strictObject({
    user_id: z.string().meta({ description: 'The tenant.', examples: ['demo-bakery'] }),
    tenant_name: z.string().meta({ examples: ['Demo Bakery'] }),
    scopes: z.array(z.enum(SCOPES)).meta({ description: "What the session may do: its key's scopes." }),
    csrf_token: z.string().meta({ description: 'To be sent as `X-CSRF-Token` with all but GET and HEAD.' }),
    expires_at: z.string().meta({ format: 'date-time', examples: ['2026-11-24T21:30:00.123Z'] }),
  })
  .meta({ id: 'Session', description: 'A sign-in to the console.' }) satisfies z.ZodType<SessionWire>;

export const sessionAnswerSchema = successEnvelope(z.strictObject({ session: sessionWireSchema }));
export const endedSessionAnswerSchema = successEnvelope(z.strictObject({ session: z.null() }));

import * as z from 'zod';
import { logLevel, port, readConfig } from '../../../platform/config';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|::1)$/;
const SEED = 'must be JSON: [{"id","title","share_with"?: ["address of a service account"]}]';

const seed = z.array(
  z.strictObject({
    id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
    title: z.string().min(1).max(200),
    /** Without it, shared with the account of SHEETS_CREDENTIALS_FILE. */
    share_with: z.array(z.email()).optional(),
  }),
);

const schema = z.object({
  SHEETS_PORT: port(8_092),
  /** Whoever reaches it sees all orders and may change them: only this machine may. */
  BIND_ADDRESS: z.string().regex(LOOPBACK, 'must be a loopback address').default('127.0.0.1'),
  /** Where the spreadsheets and the keys of the accounts are kept; unset: nowhere. */
  SHEETS_DATA_FILE: z.string().optional(),
  /** Where to write the key file of the default account, if it is not there. */
  SHEETS_CREDENTIALS_FILE: z.string().optional(),
  /** Spreadsheets to make at the start; one that is there already stays as it is. */
  SHEETS_SEED: z
    .string()
    .default('[]')
    .transform((text, context) => {
      const seeds = seed.safeParse(parseJson(text));
      if (seeds.success) return seeds.data;
      context.addIssue({ code: 'custom', message: SEED });
      return z.NEVER;
    }),
  LOG_LEVEL: logLevel().default('info'),
});

export type Config = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is wrong. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

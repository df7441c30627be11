import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { httpUrl, logLevel, milliseconds, readConfig } from '../../../platform/config';

const schema = z.object({
  ORDER_API_URL: httpUrl(),
  ORDER_API_KEY: z.string().regex(/^[\x21-\x7e]{1,256}$/, 'is not an API key'),
  REQUEST_DEADLINE_MS: milliseconds({ min: 100, max: 300_000 }).default(15_000),
  LOG_LEVEL: logLevel().default('warn'),
});

export type StdioConfig = z.output<typeof schema>;

/**
 * Where the order API is and the key to call it with, from the environment. What is missing there is taken from what
 * `npm start` wrote: an MCP client starts this process with an environment and a folder of its own.
 * @throws ConfigError naming every variable that is missing or wrong, and where they can come from
 */
export function loadStdioConfig(environment: NodeJS.ProcessEnv): StdioConfig {
  const env = withoutEmpty(environment);
  const local = readDevEnv(env.ORDER_BOOKING_DATA_DIR);
  const given = { ORDER_API_URL: local.ORDER_API_URL, ORDER_API_KEY: env.DEMO_AI_KEY ?? local.DEMO_AI_KEY };
  try {
    return readConfig(schema, { ...given, ...env });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(
      `${error.message}\nSet them, or run \`npm start\` first: its .data/dev.env is read as well. The key needs the scope ai:book.`,
      { cause: error },
    );
  }
}

/** An empty variable counts as not set, and must not hide what dev.env has. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

function readDevEnv(dataFolder: string | undefined): Readonly<Record<string, string>> {
  const path = join(dataFolder ?? join(projectFolder(), '.data'), 'dev.env');
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => Array.from(line.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/g), ([, name, value]) => [name, value])),
  );
}

/** The folder with package.json above this file, which runs from the sources as well as from `dist/`. */
function projectFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

import { readFileSync } from 'node:fs';
import type { DemoTenantSeed } from './demo-tenants';
import type { DemoKeys, Secrets } from './secrets';
import { writePrivateFile } from './write-private-file';

/** The parts that may belong to somebody else instead: see DATABASE_URL and TEMPORAL_ADDRESS. */
const EMBEDDED = { postgres: 'DATABASE_URL', temporal: 'TEMPORAL_ADDRESS' } as const;
export type EmbeddedPart = keyof typeof EMBEDDED;

/** What a caller of the stack needs, as `NAME=value` lines for a shell, Docker or any dotenv reader. */
export function writeDevEnv(
  path: string,
  stack: {
    readonly embedded: readonly EmbeddedPart[];
    readonly addresses: Readonly<Record<string, string | undefined>>;
    readonly tenants: readonly DemoTenantSeed[];
    readonly secrets: Secrets;
  },
): void {
  const keys: Record<DemoTenantSeed['prefix'], DemoKeys> = { DEMO: stack.secrets.demo, DEMO2: stack.secrets.demo2 };
  const values = {
    ...stack.addresses,
    ...Object.fromEntries(
      stack.tenants.flatMap(({ prefix, userId }) => [
        [`${prefix}_USER_ID`, userId],
        [`${prefix}_API_KEY`, keys[prefix].api],
        [`${prefix}_AI_KEY`, keys[prefix].ai],
        [`${prefix}_ADMIN_KEY`, keys[prefix].admin],
      ]),
    ),
  };
  const lines = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  writePrivateFile(
    path,
    ['# Written by npm start at each start.', `${EMBEDDED_LINE}${stack.embedded.join(' ')}`, ...lines, ''].join('\n'),
  );
}

const EMBEDDED_LINE = '# Embedded: ';

/**
 * The environment without the addresses of our own embedded servers, which it has when `npm start` runs in a shell that
 * sourced dev.env. Taken at their word, they would have us use as a foreign server what we are about to start.
 */
export function withoutOwnAddresses(env: NodeJS.ProcessEnv, devEnvFile: string): NodeJS.ProcessEnv {
  const lines = readLines(devEnvFile);
  const embedded = lines.find((line) => line.startsWith(EMBEDDED_LINE))?.slice(EMBEDDED_LINE.length) ?? '';
  const own = Object.entries(EMBEDDED)
    .filter(([part, variable]) => embedded.split(' ').includes(part) && lines.includes(`${variable}=${env[variable]}`))
    .map(([, variable]) => variable as string);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name)));
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

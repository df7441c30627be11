import { join } from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../deploy/local/project-root';
import { readConfig } from '../platform/config';

const schema = z.object({
  BENCH_TEMPORAL_DB: z.enum(['file', 'memory']).default('file'),
  /** Numbers of callers, for example `1,10,50`. */
  BENCH_CONCURRENCY: z
    .string()
    .regex(/^[1-9]\d{0,2}(,[1-9]\d{0,2})*$/)
    .default('1,10,50')
    .transform((text) => text.split(',').map(Number)),
  /** Anything: every service writes a CPU profile, which makes it slower. */
  BENCH_PROFILE: z.string().optional(),
});

export const RESULTS_FOLDER = join(projectRoot(), 'bench', 'results');

/** What the environment asks for. @throws ConfigError naming every variable that is wrong. */
export function benchSettings(env: NodeJS.ProcessEnv) {
  const settings = readConfig(schema, env);
  return {
    temporalDatabase: settings.BENCH_TEMPORAL_DB,
    concurrencies: settings.BENCH_CONCURRENCY,
    ...(settings.BENCH_PROFILE === undefined ? {} : { profileFolder: join(RESULTS_FOLDER, 'profiles') }),
  };
}

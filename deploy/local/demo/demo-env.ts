import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../project-root';
import type { DemoTenant } from './example';

/** Where the local stack leaves what a caller needs. */
export const DEV_ENV_FILE = join(projectRoot(), '.data', 'dev.env');

/** The part of `.data/dev.env` that the demo needs. */
export interface DemoEnv {
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly grpcAddress: string;
  readonly temporalUiUrl: string | undefined;
  readonly databaseUrl: string;
  readonly tenants: Readonly<Record<DemoTenant, { readonly userId: string; readonly apiKey: string }>>;
}

/** What the file says now; undefined when it is not there or not complete (the stack may be writing it). */
export function readDemoEnv(path = DEV_ENV_FILE): DemoEnv | undefined {
  const values = readEnvFile(path);
  const apiUrl = values.get('ORDER_API_URL');
  const grpcAddress = values.get('ORDER_GRPC_ADDRESS');
  const databaseUrl = values.get('DATABASE_URL');
  const demo = tenant(values, 'DEMO');
  const demo2 = tenant(values, 'DEMO2');
  if (!apiUrl || !grpcAddress || !databaseUrl || !demo || !demo2) return undefined;
  return {
    apiUrl: withoutSlash(apiUrl),
    grpcAddress,
    temporalUiUrl: withoutSlash(values.get('TEMPORAL_UI_URL') ?? '') || undefined,
    databaseUrl,
    tenants: { demo, demo2 },
  };
}

function tenant(values: ReadonlyMap<string, string>, prefix: string) {
  const userId = values.get(`${prefix}_USER_ID`);
  const apiKey = values.get(`${prefix}_API_KEY`);
  return userId && apiKey ? { userId, apiKey } : undefined;
}

function readEnvFile(path: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  const entries = text.split('\n').flatMap((line): [string, string][] => {
    const match = /^\s*([A-Z0-9_]+)=(.*?)\s*$/.exec(line);
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]]];
  });
  return new Map(entries);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { dataFolder } from '../stack/data-folder';
import { readStackConfig } from '../stack/stack-config';
import type { DemoTenant } from './example';

/** Where the local stack leaves what a caller needs. @throws ConfigError when the environment is not one for a stack. */
export function devEnvFile(env: NodeJS.ProcessEnv): string {
  return dataFolder(readStackConfig(env).dataDir).devEnv;
}

/** The part of dev.env that the demo needs. */
export interface DemoEnv {
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly grpcAddress: string;
  /** Undefined for a stack of a version without it. */
  readonly mcpUrl: string | undefined;
  readonly temporalUiUrl: string | undefined;
  readonly consoleUrl: string | undefined;
  /** The stand-in for Google Sheets, where the stack runs one. */
  readonly sheets: { readonly url: string; readonly credentialsFile: string } | undefined;
  /** As the owner, who may open slots. */
  readonly databaseOwnerUrl: string;
  readonly tenants: Readonly<Record<DemoTenant, DemoTenantKeys>>;
}

export interface DemoTenantKeys {
  readonly userId: string;
  /** Reads and writes orders. */
  readonly apiKey: string;
  /** Books with AI, and nothing else. */
  readonly aiKey: string;
  /** May do all that the owner may. */
  readonly adminKey: string;
}

/** What the file says now; undefined when it is not there or not complete (the stack may be writing it). */
export function readDemoEnv(path: string): DemoEnv | undefined {
  const values = readEnvFile(path);
  const apiUrl = values.get('ORDER_API_URL');
  const grpcAddress = values.get('ORDER_GRPC_ADDRESS');
  const databaseOwnerUrl = values.get('DATABASE_OWNER_URL');
  const demo = tenant(values, 'DEMO');
  const demo2 = tenant(values, 'DEMO2');
  const sheetsUrl = withoutSlash(values.get('SHEETS_URL') ?? '');
  if (!apiUrl || !grpcAddress || !databaseOwnerUrl || !demo || !demo2) return undefined;
  return {
    apiUrl: withoutSlash(apiUrl),
    grpcAddress,
    mcpUrl: values.get('MCP_URL') || undefined,
    temporalUiUrl: withoutSlash(values.get('TEMPORAL_UI_URL') ?? '') || undefined,
    consoleUrl: values.get('CONSOLE_URL') || undefined,
    sheets:
      sheetsUrl === '' ? undefined : { url: sheetsUrl, credentialsFile: dataFolder(dirname(path)).sheetsCredentials },
    databaseOwnerUrl,
    tenants: { demo, demo2 },
  };
}

function tenant(values: ReadonlyMap<string, string>, prefix: string): DemoTenantKeys | undefined {
  const userId = values.get(`${prefix}_USER_ID`);
  const apiKey = values.get(`${prefix}_API_KEY`);
  const aiKey = values.get(`${prefix}_AI_KEY`);
  const adminKey = values.get(`${prefix}_ADMIN_KEY`);
  return userId && apiKey && aiKey && adminKey ? { userId, apiKey, aiKey, adminKey } : undefined;
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

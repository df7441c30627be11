import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deletePostgresData } from '../postgres/start-postgres';
import { deleteTemporalData } from '../temporal/start-temporal';

/** Everything that the stack keeps, in one folder. */
export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly temporalDb: string;
  readonly secrets: string;
  /** What the stand-in for Google Sheets holds. */
  readonly sheets: string;
  /** The service account that it knows. */
  readonly sheetsCredentials: string;
  readonly devEnv: string;
  readonly lock: string;
  /** Which processes a start has made, for the next one to find should this one be killed. */
  readonly children: string;
  readonly logs: string;
}

export function dataFolder(path: string): DataFolder {
  return {
    path,
    postgres: join(path, 'postgres'),
    temporalDb: join(path, 'temporal.db'),
    secrets: join(path, 'secrets.json'),
    sheets: join(path, 'sheets.json'),
    sheetsCredentials: join(path, 'sheets-service-account.json'),
    devEnv: join(path, 'dev.env'),
    lock: join(path, 'stack.lock'),
    children: join(path, 'children.json'),
    logs: join(path, 'logs'),
  };
}

/**
 * Makes the folder, closed to others: even Temporal's database, whose payloads are encrypted, is nobody's business. As
 * root Postgres runs as another user, who must be able to pass through to its own folder.
 */
export function makeDataFolder(folder: DataFolder): void {
  mkdirSync(folder.path, { recursive: true });
  chmodSync(folder.path, process.getuid?.() === 0 ? 0o711 : 0o700);
  mkdirSync(folder.logs, { recursive: true, mode: 0o700 });
}

/** Deletes what the stack has put there and nothing else: the folder's path may have been mistyped. */
export function forgetData(folder: DataFolder): void {
  deletePostgresData(folder.postgres);
  deleteTemporalData(folder.temporalDb);
  for (const path of [
    folder.secrets,
    folder.sheets,
    folder.sheetsCredentials,
    folder.devEnv,
    folder.children,
    folder.logs,
  ]) {
    rmSync(path, { recursive: true, force: true });
  }
  makeDataFolder(folder);
}

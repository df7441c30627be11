import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deletePostgresData } from '../postgres/start-postgres';

/** Everything that the stack keeps, in one folder. */
export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly temporalDb: string;
  readonly secrets: string;
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
    devEnv: join(path, 'dev.env'),
    lock: join(path, 'stack.lock'),
    children: join(path, 'children.json'),
    logs: join(path, 'logs'),
  };
}

/** Makes the folder. Others may pass through it, since as root Postgres is another user; what it holds is closed. */
export function makeDataFolder(folder: DataFolder): void {
  mkdirSync(folder.path, { recursive: true, mode: 0o711 });
  mkdirSync(folder.logs, { recursive: true, mode: 0o700 });
}

/** Deletes what the stack has put there and nothing else: the folder's path may have been mistyped. */
export function forgetData(folder: DataFolder): void {
  deletePostgresData(folder.postgres);
  const database = ['', '-wal', '-shm', '-journal'].map((suffix) => `${folder.temporalDb}${suffix}`);
  for (const path of [...database, folder.secrets, folder.devEnv, folder.children, folder.logs]) {
    rmSync(path, { recursive: true, force: true });
  }
  makeDataFolder(folder);
}

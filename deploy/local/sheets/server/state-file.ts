import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { ServiceAccountFile } from '../google/service-account';
import type { Spreadsheet } from '../model/spreadsheet';

/** All that a model keeps. */
export interface State {
  readonly accounts: readonly ServiceAccountFile[];
  readonly spreadsheets: readonly Spreadsheet[];
  readonly tokens: { readonly secret: string; readonly epoch: number };
}

/** Enough to tell our file from another; what is in the lists we wrote ourselves. */
const file = z.object({
  version: z.literal(1),
  accounts: z.array(z.custom<ServiceAccountFile>()),
  spreadsheets: z.array(z.custom<Spreadsheet>()),
  tokens: z.object({ secret: z.string(), epoch: z.int() }),
});

/** @throws Error naming the file when it is there and not readable as what {@link createStateWriter} writes. */
export function readState(path: string): State | undefined {
  if (!existsSync(path)) return undefined;
  try {
    // JSON has null where a row or a cell was never written to; nothing else of it is null.
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'), (_key, value) => value ?? undefined);
    return file.parse(content, { reportInput: false });
  } catch {
    throw new Error(`${path} is not the state of a local sheets model; move it away to begin anew`);
  }
}

/**
 * Writes states to a file that only its owner may read (it holds keys), whole or not at all.
 * @returns a function that is done when the state, or a later one, is in the file: calls that come while one is being written share the next.
 */
export function createStateWriter(path: string, state: () => State): () => Promise<void> {
  let writing = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    next = undefined;
    await mkdir(dirname(path), { recursive: true });
    const aside = `${path}.${process.pid}`;
    await writeFile(aside, JSON.stringify({ version: 1, ...state() }), { mode: 0o600 });
    // A file left by a killed process of the same number keeps the mode it had.
    await chmod(aside, 0o600);
    await rename(aside, path);
  };
  return () => {
    if (next === undefined) {
      next = writing.then(write, write);
      writing = next.catch(() => {});
    }
    return next;
  };
}

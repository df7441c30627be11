import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of the project's package.json. The same code runs from the sources (Jest) and from `dist/`, which lies one
 * level deeper; files that are not compiled, such as go.mod, are found from here in both.
 *
 * @throws Error when no package.json lies above this file
 */
export function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${__dirname}`);
    folder = parent;
  }
  return folder;
}

import { join } from 'node:path';
import { projectRoot } from '../project-root';
import { runOnStack } from './run-on-stack';
import { tellDemo } from './tell-demo';

/** The file, as people know it. */
export const EXAMPLES = join('examples', 'orders.jsonl');

/**
 * Plays `examples/orders.jsonl` on a stack.
 * @returns the exit code: 0 only if everything came out as the file says.
 */
export function runDemo(options: { readonly keep: boolean }): Promise<number> {
  const examples = join(projectRoot(), EXAMPLES);
  return runOnStack(options, (env, io) => tellDemo(env, { examples, ...io }));
}

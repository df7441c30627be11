import { createHash } from 'node:crypto';

/** Twelve hexadecimal digits of SHA-256: enough to tell apart the few things that are kept side by side in a folder. */
export function shortHash(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

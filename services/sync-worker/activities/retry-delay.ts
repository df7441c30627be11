/**
 * The pause after a try that failed: four times as long after each, so that six tries from 5 s on span some 28 minutes, which
 * outlasts most of Google's bad times; a quarter shorter or longer by chance, so that tenants who failed together do not come
 * back together.
 *
 * @param attempt the try that failed, from 1
 */
export function retryDelayMs(firstMs: number, attempt: number, random = Math.random()): number {
  return Math.round(firstMs * 4 ** (attempt - 1) * (0.75 + random / 2));
}

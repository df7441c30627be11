/** Told one line at a time what is going on. */
export type OnProgress = (line: string) => void;

/** Often enough to show that nothing hangs, seldom enough not to fill a CI log. */
const EVERY_MS = 10_000;

/**
 * Runs `work` and, while it lasts, says every ten seconds what it is and for how long it has been at it. `detail` adds
 * how far it got.
 */
export async function withProgress<T>(
  what: string,
  onProgress: OnProgress,
  work: () => Promise<T>,
  detail: () => string = () => '',
): Promise<T> {
  const startedAt = Date.now();
  onProgress(`${what} …`);
  const timer = setInterval(() => onProgress(`${what}: ${elapsed(Date.now() - startedAt)}${detail()} …`), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** A duration in milliseconds as people say it: `40 s`, `5 min 25 s`. */
export function elapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

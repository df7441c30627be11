import { answersInTime } from '../../platform/answers-in-time';

export interface ReadinessReport {
  readonly ready: boolean;
  /** By dependency: whether it answered in time. Says nothing of why not; the logs of that dependency do. */
  readonly checks: Readonly<Record<string, boolean>>;
}

export interface Readiness {
  /** At most `shareMs` old. Never throws. */
  report(): Promise<ReadinessReport>;
  /** From now on not ready, so that nothing new is sent here while the servers finish what they have. */
  drain(): void;
}

/**
 * Whether this process can serve: every dependency answers its check within `timeoutMs`. Too short a timeout takes a healthy
 * process out of service at every hiccup; too long a one keeps it in while its callers wait. All who ask within `shareMs`
 * get one answer: however often it is probed, a dependency sees one check in that time.
 */
export function createReadiness(options: {
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  readonly timeoutMs?: number;
  readonly shareMs?: number;
}): Readiness {
  const { checks, timeoutMs = 2_000, shareMs = 1_000 } = options;
  let draining = false;
  let latest: { readonly at: number; readonly report: Promise<ReadinessReport> } | undefined;

  async function runChecks(): Promise<ReadinessReport> {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await answersInTime(check, timeoutMs)] as const),
    );
    return { ready: results.every(([, ok]) => ok), checks: Object.fromEntries(results) };
  }

  return {
    async report() {
      const now = performance.now();
      if (latest === undefined || now - latest.at >= shareMs) latest = { at: now, report: runChecks() };
      const report = await latest.report;
      return draining ? { ...report, ready: false } : report;
    },
    drain() {
      draining = true;
    },
  };
}

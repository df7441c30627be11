import { errorInfo, GoogleError } from '../api/google-error';

export type CallKind = 'read' | 'write';

/** Calls a minute. */
export interface QuotaLimits {
  readonly readsPerAccount: number;
  readonly writesPerAccount: number;
  readonly readsPerProject: number;
  readonly writesPerProject: number;
}

/** https://developers.google.com/workspace/sheets/api/limits */
export const GOOGLE_LIMITS: QuotaLimits = {
  readsPerAccount: 60,
  writesPerAccount: 60,
  readsPerProject: 300,
  writesPerProject: 300,
};

const MINUTE_MS = 60_000;

export interface Quota {
  /** Counts a call, or says why it may not be made: then it is not counted. */
  take(kind: CallKind, account: string, project: string): GoogleError | undefined;
  /** The calls of the last minute that counted. */
  used(kind: CallKind, account: string): number;
  limits(): QuotaLimits;
  setLimits(limits: Partial<QuotaLimits>): void;
  /** Forgets what was used. */
  reset(): void;
}

/**
 * Google's quotas, counted over the minute before each call. How Google cuts its minutes it does not say; this is the strictest reading,
 * so a client that keeps to it keeps to any.
 * @param clock milliseconds; a test moves it on to get the next minute.
 */
export function createQuota(clock: () => number, initial: Partial<QuotaLimits> = {}): Quota {
  let limits: QuotaLimits = { ...GOOGLE_LIMITS, ...initial };
  const used = new Map<string, number[]>();

  const recent = (key: string): number[] => {
    const since = clock() - MINUTE_MS;
    const times = (used.get(key) ?? []).filter((at) => at > since);
    used.set(key, times);
    return times;
  };
  return {
    take(kind, account, project) {
      const perAccount = recent(`${kind} ${account}`);
      const perProject = recent(`${kind} of project ${project}`);
      const [accountLimit, projectLimit] =
        kind === 'read'
          ? [limits.readsPerAccount, limits.readsPerProject]
          : [limits.writesPerAccount, limits.writesPerProject];
      if (perAccount.length >= accountLimit) return quotaExceeded(kind, 'user', project, accountLimit);
      if (perProject.length >= projectLimit) return quotaExceeded(kind, 'project', project, projectLimit);
      for (const times of [perAccount, perProject]) times.push(clock());
      return undefined;
    },
    used: (kind, account) => recent(`${kind} ${account}`).length,
    limits: () => limits,
    setLimits(change) {
      limits = { ...limits, ...change };
    },
    reset: () => used.clear(),
  };
}

export function quotaExceeded(kind: CallKind, per: 'user' | 'project', project: string, limit: number): GoogleError {
  const metric = kind === 'read' ? 'Read requests' : 'Write requests';
  return new GoogleError(
    'RESOURCE_EXHAUSTED',
    `Quota exceeded for quota metric '${metric}' and limit '${metric} per minute${per === 'user' ? ' per user' : ''}' of service ` +
      `'sheets.googleapis.com' for consumer 'projects/${project}'.`,
    [
      errorInfo('RATE_LIMIT_EXCEEDED', {
        service: 'sheets.googleapis.com',
        consumer: `projects/${project}`,
        quota_metric: `sheets.googleapis.com/${kind}_requests`,
        quota_limit: `${kind === 'read' ? 'Read' : 'Write'}RequestsPerMinutePer${per === 'user' ? 'User' : 'Project'}`,
        quota_limit_value: String(limit),
        quota_location: 'global',
        quota_unit: per === 'user' ? '1/min/{project}/{user}' : '1/min/{project}',
      }),
    ],
  );
}

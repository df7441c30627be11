/** What the order activities tell others, where a test is not about that. */
export const NO_NEWS = { nudgeSheet: () => undefined, notificationsTaskQueue: 'none' } as const;

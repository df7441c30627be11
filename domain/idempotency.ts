/** What an idempotency key may look like: 1 to 255 of these characters, so that it fits a workflow id and a URL as it is. */
export const IDEMPOTENCY_KEY_PATTERN = /^[A-Za-z0-9._:-]{1,255}$/;

/** How long after an order the same order counts as a duplicate, in seconds. The database holds the window to it. */
export const DUPLICATE_WINDOW_SECONDS = 300;

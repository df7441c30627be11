import type { SheetCause } from './causes';

/** What is known of a call to Google that failed. */
export interface GoogleRefusal {
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
  /** The system's or the client library's code, where there was no answer. */
  readonly code: string | undefined;
  /** Of the answer: `error.details[].reason` of Google's APIs, `error` of its token endpoint. */
  readonly reasons: readonly string[];
  /** `error.message` of the answer. */
  readonly message: string;
}

/** Why a call failed, in our words. */
export function causeOf({ status, code, reasons, message }: GoogleRefusal): SheetCause {
  if (status === undefined) return code !== undefined && TIMEOUTS.has(code) ? 'timeout' : 'network';
  if (status === 401 || reasons.some((reason) => BAD_KEYS.has(reason))) return 'credentials_invalid';
  if (status === 429 || reasons.some((reason) => OVER_QUOTA.has(reason))) return 'rate_limited';
  if (status === 408) return 'timeout';
  // 409 is Google's word for a write that another one got in the way of: https://google.aip.dev/193, "ABORTED".
  if (status >= 500 || status === 409) return 'google_unavailable';
  if (status === 403) return reasons.includes('SERVICE_DISABLED') ? 'api_disabled' : 'not_shared';
  if (status === 404) return 'spreadsheet_not_found';
  if (/number of cells in the workbook|above the limit of [\d,.]+ cells/i.test(message)) return 'spreadsheet_full';
  return /protected (cell|range|sheet|object)/i.test(message) ? 'cells_protected' : 'bad_request';
}

const TIMEOUTS = new Set(['TimeoutError', 'ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const BAD_KEYS = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client']);
/** Google's older APIs tell of a quota by 403. */
const OVER_QUOTA = new Set(['RATE_LIMIT_EXCEEDED', 'rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded']);

/** The ways in which the API refuses, with the HTTP status each has. */
const STATUS = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const;

export type GoogleStatus = keyof typeof STATUS;

/** A refusal in Google's words and form (https://cloud.google.com/apis/design/errors). */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';

  constructor(
    readonly status: GoogleStatus,
    message: string,
    readonly details: readonly object[] = [],
  ) {
    super(message);
  }

  get code(): number {
    return STATUS[this.status];
  }

  body(): object {
    const { code, message, status, details } = this;
    return { error: { code, message, status, ...(details.length > 0 && { details }) } };
  }
}

export function badRequest(message: string): GoogleError {
  return new GoogleError('INVALID_ARGUMENT', message);
}

/** What Google has and this model has not: said loudly, so that nobody takes it for Google's refusal. */
export function notModelled(what: string): GoogleError {
  return new GoogleError('UNIMPLEMENTED', `The local model of Google Sheets does not know ${what}.`);
}

export function errorInfo(reason: string, metadata: Record<string, string>): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata };
}

export function notAuthenticated(): GoogleError {
  return new GoogleError(
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. ' +
      'See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    [errorInfo('ACCESS_TOKEN_EXPIRED', { service: 'sheets.googleapis.com' })],
  );
}

export function notPermitted(): GoogleError {
  return new GoogleError('PERMISSION_DENIED', 'The caller does not have permission');
}

export function notFound(): GoogleError {
  return new GoogleError('NOT_FOUND', 'Requested entity was not found.');
}

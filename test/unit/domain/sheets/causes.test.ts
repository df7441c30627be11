import { canPass, explainSheetCause, isSheetCause, SHEET_CAUSES } from '../../../../domain/sheets/causes';
import { causeOf, type GoogleRefusal } from '../../../../domain/sheets/google-refusal';

const refusal = (fields: Partial<GoogleRefusal>): GoogleRefusal => ({
  status: undefined,
  code: undefined,
  reasons: [],
  message: '',
  ...fields,
});

describe('why a call to Google failed', () => {
  it.each([
    [{ status: 400 }, 'bad_request'],
    [{ status: 400, message: 'You are trying to edit a protected cell or object.' }, 'cells_protected'],
    [{ status: 400, reasons: ['invalid_grant'] }, 'credentials_invalid'],
    [{ status: 401 }, 'credentials_invalid'],
    [{ status: 409 }, 'google_unavailable'],
    [{ status: 403 }, 'not_shared'],
    [{ status: 403, reasons: ['SERVICE_DISABLED'] }, 'api_disabled'],
    [{ status: 403, reasons: ['userRateLimitExceeded'] }, 'rate_limited'],
    [{ status: 404 }, 'spreadsheet_not_found'],
    [{ status: 408 }, 'timeout'],
    [{ status: 413 }, 'bad_request'],
    [{ status: 429 }, 'rate_limited'],
    [{ status: 500 }, 'google_unavailable'],
    [{ status: 503 }, 'google_unavailable'],
    [{ code: 'ECONNRESET' }, 'network'],
    [{ code: 'UND_ERR_SOCKET' }, 'network'],
    [{ code: 'ENOTFOUND' }, 'network'],
    [{ code: 'TimeoutError' }, 'timeout'],
    [{}, 'network'],
  ] as const)('%j is %s', (fields, cause) => {
    expect(causeOf(refusal(fields))).toBe(cause);
  });

  it('passes by waiting for what is not the owner’s to change, and for nothing else', () => {
    expect(SHEET_CAUSES.filter(canPass)).toEqual([
      'rate_limited',
      'google_unavailable',
      'network',
      'timeout',
      'internal_error',
    ]);
  });
});

describe('a cause in the owner’s words', () => {
  it.each(SHEET_CAUSES)('%s says what is wrong and what to do', (cause) => {
    const { message, whatToDo } = explainSheetCause(cause, 'orders@shop.iam.gserviceaccount.com');
    expect(message).toMatch(/^[A-Z].{10,100}\.$/);
    expect(whatToDo).toMatch(/^[A-Z].{10,250}\.$/);
    expect(whatToDo).not.toMatch(/[{}]|undefined|null/);
  });

  it('names the account to share the sheet with, where it is known', () => {
    expect(explainSheetCause('not_shared', 'a@b.iam.gserviceaccount.com').whatToDo).toContain(
      'add a@b.iam.gserviceaccount.com as an editor',
    );
    expect(explainSheetCause('not_shared', null).whatToDo).toContain('add the service account as an editor');
  });

  it('is known by its name', () => {
    expect(isSheetCause('not_shared')).toBe(true);
    expect(isSheetCause('NOT_SHARED')).toBe(false);
    expect(isSheetCause(null)).toBe(false);
  });
});

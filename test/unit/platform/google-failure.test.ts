import { readGoogleFailure } from '../../../platform/google-failure';

const NOW = Date.parse('2026-11-28T10:00:00Z');

function refused(status: number, data: unknown, headers: Record<string, string> = {}) {
  return Object.assign(new Error('refused'), { status, response: { data, headers: new Headers(headers) } });
}

describe('what is read of a call that Google refused', () => {
  it('is the status, the reasons and how long to wait', () => {
    const error = { message: 'Quota', details: [{ reason: 'RATE_LIMIT_EXCEEDED' }], errors: [{ reason: 'older' }] };
    expect(readGoogleFailure(refused(429, { error }, { 'retry-after': '17' }), NOW)).toEqual({
      status: 429,
      code: undefined,
      reasons: ['RATE_LIMIT_EXCEEDED', 'older'],
      message: 'Quota',
      retryAfterMs: 17_000,
    });
  });

  it('is the word of the token endpoint', () => {
    expect(readGoogleFailure(refused(400, { error: 'invalid_grant' }), NOW)).toMatchObject({
      status: 400,
      reasons: ['invalid_grant'],
    });
  });

  it.each([
    ['Sat, 28 Nov 2026 10:00:30 GMT', 30_000],
    ['Sat, 28 Nov 2026 09:00:00 GMT', undefined],
    ['soon', undefined],
    ['0', undefined],
    ['999999', 600_000],
  ])('Retry-After "%s" is %s ms', (value, ms) => {
    expect(readGoogleFailure(refused(503, '', { 'retry-after': value }), NOW).retryAfterMs).toBe(ms);
  });
});

describe('what is read of a call without an answer', () => {
  it.each([
    [{ code: 'ECONNRESET' }, 'ECONNRESET'],
    [{ cause: { code: 'UND_ERR_SOCKET', name: 'SocketError' } }, 'UND_ERR_SOCKET'],
    [{ code: 23, cause: { code: 23, name: 'TimeoutError' } }, 'TimeoutError'],
    [{ code: 'not a code of anybody' }, undefined],
    [{}, undefined],
  ])('%j: its code is %s', (fields, code) => {
    const failure = readGoogleFailure(Object.assign(new Error('failed'), fields), NOW);
    expect(failure).toEqual({ status: undefined, code, reasons: [], message: '', retryAfterMs: undefined });
  });

  it.each([undefined, null, 'thrown'])('nothing of %s', (thrown) => {
    expect(readGoogleFailure(thrown, NOW)).toMatchObject({ status: undefined, code: undefined });
  });
});

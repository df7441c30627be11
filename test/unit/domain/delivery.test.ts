import {
  busyDelayMs,
  judgeAnswer,
  judgeSilence,
  RETRY_AFTER_MAX_MS,
  readRetryAfter,
  retryDelayMs,
} from '../../../domain/delivery';

describe('an answer', () => {
  it.each([200, 201, 202, 204, 299])('%i means that it arrived', (status) => {
    expect(judgeAnswer('webhook', status)).toEqual({ kind: 'delivered' });
    expect(judgeAnswer('web_push', status)).toEqual({ kind: 'delivered' });
  });

  it.each([
    [301, 'redirect'],
    [302, 'redirect'],
    [307, 'redirect'],
    [400, 'refused'],
    [401, 'not_authorized'],
    [403, 'not_authorized'],
    [404, 'not_found'],
    [408, 'timeout'],
    [413, 'too_large'],
    [418, 'refused'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [503, 'server_error'],
    [199, 'invalid_answer'],
    [0, 'invalid_answer'],
    [999, 'invalid_answer'],
  ])('%i of a webhook is tried again: %s', (status, cause) => {
    expect(judgeAnswer('webhook', status)).toEqual({ kind: 'retry', cause });
  });

  it.each([
    [302, 'retry', 'redirect'],
    [400, 'failed', 'refused'],
    [401, 'failed', 'not_authorized'],
    [403, 'failed', 'not_authorized'],
    [404, 'ended', 'gone'],
    [408, 'retry', 'timeout'],
    [410, 'ended', 'gone'],
    [413, 'failed', 'too_large'],
    [429, 'retry', 'rate_limited'],
    [502, 'retry', 'server_error'],
  ])('%i of a push service is %s: %s', (status, kind, cause) => {
    expect(judgeAnswer('web_push', status)).toEqual({ kind, cause });
  });

  it('410 ends a webhook', () => {
    expect(judgeAnswer('webhook', 410)).toEqual({ kind: 'ended', cause: 'gone' });
  });
});

describe('no answer', () => {
  it.each(['timeout', 'network', 'tls_failed', 'name_not_resolved'])('by %s is tried again', (cause) => {
    expect(judgeSilence(cause)).toEqual({ kind: 'retry', cause });
  });

  it.each(['forbidden_address', 'insecure_url', 'invalid_url', 'invalid_keys'])('by %s is given up', (cause) => {
    expect(judgeSilence(cause)).toEqual({ kind: 'failed', cause });
  });
});

describe('the time until the next try', () => {
  it('is 2, 8, 32, 128 and 512 seconds, give or take a fifth', () => {
    for (const [index, seconds] of [2, 8, 32, 128, 512].entries()) {
      const delay = (random: number) => retryDelayMs(index + 1, 2_000, undefined, random);
      expect(delay(0.5)).toBe(seconds * 1_000);
      expect(delay(0)).toBe(seconds * 800);
      expect(delay(1)).toBe(seconds * 1_200);
    }
  });

  it('is what the receiver asks for if that is longer, up to an hour', () => {
    expect(retryDelayMs(1, 2_000, 60_000, 0.5)).toBe(60_000);
    expect(retryDelayMs(3, 2_000, 1_000, 0.5)).toBe(32_000);
    expect(retryDelayMs(1, 2_000, 86_400_000, 0.5)).toBe(RETRY_AFTER_MAX_MS);
  });

  it('is read from seconds and from a date', () => {
    const now = Date.parse('2026-11-28T10:00:00Z');
    expect(readRetryAfter('120', now)).toBe(120_000);
    expect(readRetryAfter('0', now)).toBe(0);
    expect(readRetryAfter('Sat, 28 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(readRetryAfter('Sat, 28 Nov 2026 09:00:00 GMT', now)).toBe(0);
  });

  it.each([undefined, '', '-1', '1.5', 'soon', '1e9', '99999999999', '2026-11-28', 'Sat, 28 Nov 2026 99:99:99 GMT'])(
    'is nothing that %s says',
    (header) => {
      expect(readRetryAfter(header, 0)).toBeUndefined();
    },
  );
});

describe('what waits for its turn at a receiver that is failing', () => {
  it('waits twice as long each time, up to a quarter of an hour, give or take a fifth', () => {
    expect([1, 2, 3, 9].map((times) => busyDelayMs(times, 0.5))).toEqual([2_000, 4_000, 8_000, 512_000]);
    for (const times of [10, 11, 100, 100_000]) expect(busyDelayMs(times, 0.5)).toBe(900_000);
    expect([busyDelayMs(10, 0), busyDelayMs(10, 1)]).toEqual([720_000, 1_080_000]);
  });
});

import { noteServerTime, serverNow } from '../../../console/app/format/server-clock';

const AT = Date.parse('2026-11-24T09:30:00.000Z');
const HOUR_MS = 3_600_000;

afterEach(() => noteServerTime(new Date(AT).toUTCString(), AT));

describe('the clock', () => {
  test.each([
    ['hours ahead', 3 * HOUR_MS],
    ['days behind', -48 * HOUR_MS],
  ])('of a device that is %s is put right by what the server says', (_how, wrongMs) => {
    noteServerTime('Tue, 24 Nov 2026 09:30:00 GMT', AT + wrongMs);
    expect(serverNow(AT + wrongMs + 5_000).toISOString()).toBe('2026-11-24T09:30:05.000Z');
  });

  it('that is right but for seconds is taken as it is: the answer was on its way', () => {
    noteServerTime('Tue, 24 Nov 2026 09:30:00 GMT', AT + 20_000);
    expect(serverNow(AT).getTime()).toBe(AT);
  });

  test.each([null, '', 'yesterday'])('is not changed by an answer that says %j', (date) => {
    noteServerTime('Tue, 24 Nov 2026 09:30:00 GMT', AT + HOUR_MS);
    noteServerTime(date, AT + HOUR_MS);
    expect(serverNow(AT + HOUR_MS).getTime()).toBe(AT);
  });
});

import { parseTimestamp } from '../../../domain/timestamp';
import fc from '../../support/fast-check';

test.each([
  ['2026-11-24T09:30:00Z', '2026-11-24T09:30:00Z'],
  ['2026-11-24t09:30:00.5z', '2026-11-24T09:30:00.5Z'],
  ['2026-11-24T09:30:00.123456789+05:30', '2026-11-24T04:00:00.123456Z'],
  ['2026-01-01T00:30:00-00:00', '2026-01-01T00:30:00Z'],
  ['2024-02-29T23:59:59-01:00', '2024-03-01T00:59:59Z'],
])('%s is %s', (raw, value) => {
  expect(parseTimestamp(raw)).toEqual({ ok: true, value });
});

test.each([
  '',
  'now',
  '2026-11-24',
  '2026-11-24T09:30:00',
  '2026-11-24T09:30Z',
  '2026-11-24 09:30:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-24T24:00:00Z',
  '2026-11-24T09:60:00Z',
  '2026-11-24T09:30:60Z',
  '2026-11-24T09:30:00+25:00',
  '2026-11-24T09:30:00 02:00',
  '0000-06-01T00:00:00Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '2026-11-24T09:30:00.1234567890Z',
  '2026-11-24T09:30:00Z\n',
])('%j is refused', (raw) => {
  expect(parseTimestamp(raw).ok).toBe(false);
});

test('every instant that JavaScript writes is read as itself', () => {
  const instants = fc.date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-30T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instants, (date) =>
      expect(parseTimestamp(date.toISOString())).toEqual({ ok: true, value: date.toISOString() }),
    ),
  );
});

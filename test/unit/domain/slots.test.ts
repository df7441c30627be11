import { placesLeft, SLOT_ID_PATTERN } from '../../../domain/slots';

test('a slot has as many places left as its capacity exceeds what is booked, and never fewer than none', () => {
  expect(placesLeft({ capacity: 3, booked: 1 })).toBe(2);
  expect(placesLeft({ capacity: 3, booked: 3 })).toBe(0);
  expect(placesLeft({ capacity: 1, booked: 3 })).toBe(0);
});

test('slot ids are plain and short', () => {
  expect(SLOT_ID_PATTERN.test('2026-11-24T10:00')).toBe(true);
  for (const id of ['', 'a b', 'a/b', 'é', 'a\n', 'a'.repeat(65)]) expect(SLOT_ID_PATTERN.test(id)).toBe(false);
});

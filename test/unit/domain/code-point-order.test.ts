import { compareCodePoints } from '../../../domain/code-point-order';
import fc from '../../support/fast-check';

const byBytes = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')));

test('it is the order of UTF-8 bytes, which is that of PostgreSQL\'s COLLATE "C"', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '漢', 'Ａ', '🍕', '🍟') });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(byBytes(a, b));
    }),
  );
  expect('🍕' < 'Ａ').toBe(true);
  expect(compareCodePoints('🍕', 'Ａ')).toBeGreaterThan(0);
});

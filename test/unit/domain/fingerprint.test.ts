import { comparableName, type FingerprintedContent, orderFingerprint } from '../../../domain/fingerprint';
import type { OrderItem } from '../../../domain/order';
import fc from '../../support/fast-check';
import { sha256Hex } from './sha256';

const of = (content: FingerprintedContent, userId = 'tenant') => orderFingerprint(userId, content, sha256Hex);
const withItems = (...items: OrderItem[]) => of({ customerPhone: '493012345678', slotId: null, items });

const word = fc.stringMatching(/^[a-zäöüßéñа-яα-ως漢字한글0-9]{1,8}$/);
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const item = fc.record({ name, quantity: fc.integer({ min: 1, max: 10_000 }) });
const content = fc.record({
  customerPhone: fc.stringMatching(/^[1-9][0-9]{9,14}$/),
  slotId: fc.option(fc.stringMatching(/^[A-Za-z0-9._:-]{1,16}$/)),
  items: fc.array(item, { minLength: 1, maxLength: 8 }),
});

const fullWidth = (text: string) =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

test('it is stable: a change of the rules must raise the version, not move the value', () => {
  expect(withItems({ name: 'Margherita', quantity: 2 }, { name: 'Cola', quantity: 1 })).toBe(
    sha256Hex('orderbooking.fingerprint.v1:["tenant","493012345678",null,[["cola",1],["margherita",2]]]'),
  );
});

test('order of lines, case, width, white space, encoding and splitting do not matter', () => {
  fc.assert(
    fc.property(content, fc.infiniteStream(fc.nat()), (original, noise) => {
      const pick = () => noise.next().value ?? 0;
      const disguises: ((text: string) => string)[] = [
        (text) => text.toUpperCase(),
        (text) => text.toLowerCase(),
        fullWidth,
        (text) => ` ${text.replaceAll(' ', ' \u00A0\t')}\u3000`,
        (text) => text.normalize('NFD'),
        (text) => text.replaceAll(' ', '\u200B \uFE0F'),
        (text) => text,
      ];
      const items = original.items
        .flatMap(({ name, quantity }) => {
          const first = 1 + (pick() % quantity);
          return first === quantity
            ? [{ name, quantity }]
            : [
                { name, quantity: first },
                { name, quantity: quantity - first },
              ];
        })
        .map(({ name, quantity }) => ({ name: disguises[pick() % disguises.length]?.(name) ?? name, quantity }))
        .map((line) => ({ line, rank: pick() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ line }) => line);
      expect(of({ ...original, items })).toBe(of(original));
    }),
  );
});

test('quantity, item, phone, slot and tenant each matter', () => {
  fc.assert(
    fc.property(content, fc.nat(), (original, at) => {
      const index = at % original.items.length;
      const changed = original.items.map((line, i) => (i === index ? { ...line, quantity: line.quantity + 1 } : line));
      const others = [
        of({ ...original, items: changed }),
        of({ ...original, items: [...original.items, { name: '!', quantity: 1 }] }),
        of({ ...original, customerPhone: `${original.customerPhone}0` }),
        of({ ...original, slotId: `${original.slotId ?? ''}x` }),
        of(original, 'tenant2'),
      ];
      expect(new Set([of(original), ...others]).size).toBe(others.length + 1);
    }),
  );
});

test('nothing that one field holds can pass for another field', () => {
  expect(of({ customerPhone: '1', slotId: '2', items: [] }, 'a')).not.toBe(
    of({ customerPhone: '12', slotId: '', items: [] }, 'a'),
  );
  expect(withItems({ name: 'a",1],["b', quantity: 1 })).not.toBe(
    withItems({ name: 'a', quantity: 1 }, { name: 'b', quantity: 1 }),
  );
  expect(of({ customerPhone: '1', slotId: null, items: [] })).not.toBe(
    of({ customerPhone: '1', slotId: 'null', items: [] }),
  );
});

test.each([
  ['STRASSE', 'straße'],
  ['ΟΔΟΣ', 'οδος'],
  ['ＡＢＣ１２３', 'abc123'],
  ['ﬁsh & chips', 'FISH & CHIPS'],
  ['ｶﾚｰ', 'カレー'],
  ['Cafe\u0301', 'CAFÉ'],
  ['  Two\u00A0\t spaces ', 'two spaces'],
  ['❤\uFE0F', '❤'],
])('%j and %j name the same item', (a, b) => {
  expect(comparableName(a)).toBe(comparableName(b));
});

test.each([
  ['Cola', 'Cola Zero'],
  ['Pizza', 'Píza'],
  ['Brot 500g', 'Brot 50 0g'],
  ['шт', 'wt'],
])('%j and %j do not', (a, b) => {
  expect(comparableName(a)).not.toBe(comparableName(b));
});

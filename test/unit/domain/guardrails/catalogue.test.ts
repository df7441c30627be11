import { type CatalogueItem, catalogueViolations } from '../../../../domain/booking/catalogue';
import { comparableName } from '../../../../domain/fingerprint';
import { indexCatalogue, isWord } from '../../../../domain/guardrails/catalogue-index';
import { groundItems } from '../../../../domain/guardrails/ground-items';
import { tokenise } from '../../../../domain/guardrails/tokens';
import fc from '../../../support/fast-check';

const item = (name: string, aliases: readonly string[] = [], active = true): CatalogueItem => ({
  name,
  aliases,
  active,
});

const MENU = [
  item('Pizza Margherita', ['Margherita', 'marg']),
  item('Pizza Funghi', ['Funghi']),
  item('Pizza Quattro Formaggi', ['4 formaggi', 'four cheese pizza']),
  item('Coke'),
  item('Coke Zero', ['Zero Coke']),
  item('Fish & Chips', ['fish and chips']),
  item('Jalapeño Wrap'),
  item('Tiramisù', [], false),
  item('Taco'),
  item('Tacos', ['three tacos plate']),
  item('Burger', ['Cheeseburger deluxe']),
];

function judge(
  text: string,
  [name, nameWords, quantityWords, quantity]: readonly [string, string, string, number],
  catalogue: readonly CatalogueItem[] = MENU,
) {
  const claim = { name, nameWords, quantityWords, quantity };
  return groundItems([claim], { number: 1, text }, { locale: 'en', earlier: [], draft: [], catalogue });
}

describe('with a catalogue', () => {
  it.each([
    ['two pizza margheritas', ['Pizza Margherita', 'pizza margheritas', 'two', 2], 'Pizza Margherita'],
    ['two margheritas', ['PIZZA  MARGHERITA', 'margheritas', 'two', 2], 'Pizza Margherita'],
    ['two margheritas', ['margherita', 'margheritas', 'two', 2], 'Pizza Margherita'],
    ['2 margs pls', ['Margherita', 'margs', '2', 2], 'Pizza Margherita'],
    ['two pizza margheritas', ['Margherita', 'margheritas', 'two', 2], 'Pizza Margherita'],
    ['two 4 formaggi', ['Pizza Quattro Formaggi', '4 formaggi', 'two', 2], 'Pizza Quattro Formaggi'],
    ['a four cheese pizza', ['Pizza Quattro Formaggi', 'four cheese pizza', 'a', 1], 'Pizza Quattro Formaggi'],
    ['two cokes and a coke zero', ['Coke', 'cokes', 'two', 2], 'Coke'],
    ['two cokes and a coke zero', ['Coke Zero', 'coke zero', 'a', 1], 'Coke Zero'],
    ['2 fish & chips', ['Fish & Chips', 'fish & chips', '2', 2], 'Fish & Chips'],
    ['2 fish and chips', ['Fish & Chips', 'fish and chips', '2', 2], 'Fish & Chips'],
    ['2 jalapeno wraps', ['Jalapeño Wrap', 'jalapeno wraps', '2', 2], 'Jalapeño Wrap'],
    ['a taco', ['Taco', 'taco', 'a', 1], 'Taco'],
    ['2 burgers', ['Burger', 'burgers', '2', 2], 'Burger'],
  ] as const)('%j with %j is %j', (text, claim, name) => {
    expect(judge(text, claim)).toMatchObject({ ok: true, value: [{ name, quantity: claim[3] }] });
  });

  it.each([
    [
      'two pizzas',
      ['Pizza', 'pizzas', 'two', 2],
      'close_match',
      ['Pizza Funghi', 'Pizza Margherita', 'Pizza Quattro Formaggi'],
    ],
    ['two margaritas', ['Pizza Margherita', 'margaritas', 'two', 2], 'close_match', ['Pizza Margherita']],
    ['two margaritas', ['Margarita', 'margaritas', 'two', 2], 'close_match', ['Pizza Margherita']],
    ['two jalapeño raps', ['Jalapeño Wrap', 'jalapeño raps', 'two', 2], 'close_match', ['Jalapeño Wrap']],
    ['two large margheritas', ['Pizza Margherita', 'large margheritas', 'two', 2], 'close_match', ['Pizza Margherita']],
    ['two large margheritas', ['Large Margherita', 'large margheritas', 'two', 2], 'close_match', ['Pizza Margherita']],
    ['two coke zeros', ['Coke', 'coke', 'two', 2], 'close_match', ['Coke Zero', 'Coke']],
    ['two funghi', ['Pizza Margherita', 'funghi', 'two', 2], 'close_match', ['Pizza Funghi']],
    ['two tacos', ['Taco', 'tacos', 'two', 2], 'close_match', ['Tacos', 'Taco']],
    ['two sushi', ['Sushi', 'sushi', 'two', 2], 'not_in_catalogue', []],
    ['two sushi', ['Pizza Margherita', 'sushi', 'two', 2], 'not_in_catalogue', []],
    ['a tiramisu', ['Tiramisù', 'tiramisu', 'a', 1], 'not_available', []],
    ['a tiramisù', ['Coke', 'tiramisù', 'a', 1], 'not_available', []],
    ['two cheeseburgers', ['Burger', 'cheeseburgers', 'two', 2], 'close_match', ['Burger']],
    ['two snacks', ['Burger', 'snacks', 'two', 2], 'not_in_catalogue', []],
  ] as const)('%j does not carry %j: %s, %j', (text, claim, reason, candidates) => {
    expect(judge(text, claim)).toMatchObject({ ok: false, block: { guardrail: 'catalogue', reason, candidates } });
  });

  it('still asks for words and numbers of the customer', () => {
    expect(judge('hello', ['Coke', 'coke', 'one', 1])).toMatchObject({ block: { guardrail: 'item_grounding' } });
    expect(judge('coke please', ['Coke', 'coke', '', 1])).toMatchObject({ block: { guardrail: 'quantity_grounding' } });
    expect(judge('no coke', ['Coke', 'coke', '', 1])).toMatchObject({ block: { reason: 'negated' } });
  });

  it('takes no number out of a name: the 4 of "4 formaggi" counts nothing', () => {
    expect(judge('4 formaggi', ['Pizza Quattro Formaggi', '4 formaggi', '4', 4])).toMatchObject({
      block: { reason: 'quantity_not_said' },
    });
    const menu = [...MENU, item('Menu 2')];
    expect(judge('coke, menu 2', ['Coke', 'coke', '2', 2], menu)).toMatchObject({ ok: false });
    expect(judge('menu 2 coke', ['Coke', 'coke', '2', 2], menu)).toMatchObject({
      block: { reason: 'quantity_not_said' },
    });
    expect(judge('three menu 2', ['Menu 2', 'menu 2', 'three', 3], menu)).toMatchObject({ ok: true });
  });

  it('is not confused by items that are called like a number, a filler or a courtesy', () => {
    const menu = [...MENU, item('Two'), item('The'), item('Just Juice')];
    expect(judge('two cokes', ['Coke', 'cokes', 'two', 2], menu)).toMatchObject({ ok: true });
    expect(judge('two the', ['The', 'the', 'two', 2], menu)).toMatchObject({ ok: false });
    expect(judge('coke 2 just juice', ['Coke', 'coke', '2', 2], menu)).toMatchObject({
      block: { reason: 'quantity_not_said' },
    });
    expect(judge('coke 2 just juice', ['Just Juice', 'just juice', '2', 2], menu)).toMatchObject({ ok: true });
  });

  it.each([
    ['2 mac and cheese', 'mac and cheese', 'Mac & Cheese'],
    ['2 mac n cheese', 'mac n cheese', 'Mac & Cheese'],
    ['2 salt & vinegar crisps', 'salt & vinegar crisps', 'Salt and vinegar crisps'],
    ['2 reeses', 'reeses', "Reese's"],
    ['2 ben and jerrys', 'ben and jerrys', "Ben & Jerry's"],
    ['2 cheese and ham', 'cheese and ham', 'Cheese and ham'],
    ['2 cheese & ham', 'cheese & ham', 'Cheese & Ham'],
  ] as const)('%j is named as it sounds: %j is %j', (text, words, name) => {
    const names = [
      'Mac & Cheese',
      'Salt and vinegar crisps',
      "Reese's",
      "Ben & Jerry's",
      'Cheese & Ham',
      'Cheese and ham',
    ];
    const menu = names.map((each) => item(each));
    expect(judge(text, [name, words, '2', 2], menu)).toMatchObject({ ok: true, value: [{ name, quantity: 2 }] });
    for (const other of names.filter((each) => each !== name)) {
      expect(judge(text, [other, words, '2', 2], menu)).toMatchObject({ ok: false });
    }
  });

  it('does not read two items with a number each as one of both', () => {
    const menu = [item('Fish'), item('Chips'), item('Fish & Chips')];
    expect(judge('2 fish and 3 chips', ['Fish & Chips', 'fish and 3 chips', '2', 2], menu)).toMatchObject({
      ok: false,
    });
    expect(judge('2 fish and chips', ['Fish', 'fish', '2', 2], menu)).toMatchObject({
      block: { reason: 'close_match', candidates: ['Fish & Chips', 'Fish'] },
    });
  });

  it('names at most five candidates, the closest first, always the same ones', () => {
    const menu = [
      'Zaatar bread',
      'Garlic bread',
      'White bread',
      'Rye bread',
      'Corn bread',
      'Bread',
      'Breads mix',
      'Dread',
    ].map((name) => item(name));
    const verdicts = [menu, menu.toReversed()].map((catalogue) =>
      judge('a braed', ['Braed', 'braed', 'a', 1], catalogue),
    );
    const shuffled = [menu, menu.toReversed()].map((catalogue) =>
      judge('a black bread', ['Black bread', 'black bread', 'a', 1], catalogue),
    );
    expect(shuffled[0]).toMatchObject({
      block: { candidates: ['Bread', 'Breads mix', 'Corn bread', 'Garlic bread', 'Rye bread'] },
    });
    expect(shuffled[1]).toEqual(shuffled[0]);
    expect(verdicts[1]).toEqual(verdicts[0]);
  });

  it('never offers what cannot be ordered now', () => {
    const menu = [item('Apple pie', [], false), item('Apple cake')];
    expect(judge('an apple', ['Apple', 'apple', 'an', 1], menu)).toMatchObject({
      block: { candidates: ['Apple cake'] },
    });
    expect(judge('an apple pie', ['Apple pie', 'apple pie', 'an', 1], menu)).toMatchObject({
      block: { reason: 'not_available', candidates: ['Apple cake'] },
    });
    const covered = [item('Coke Zero', [], false), item('Coke')];
    expect(judge('two coke zero', ['Coke', 'coke', 'two', 2], covered)).toMatchObject({
      block: { reason: 'not_available', candidates: ['Coke'] },
    });
  });

  it('prefers the very name to one that differs by an accent or a plural', () => {
    const menu = [item('Papá'), item('Papa')];
    expect(judge('2 papa', ['Papa', 'papa', '2', 2], menu)).toMatchObject({ ok: true, value: [{ name: 'Papa' }] });
    expect(judge('2 papa', ['Papá', 'papa', '2', 2], menu)).toMatchObject({
      block: { reason: 'close_match', candidates: ['Papa', 'Papá'] },
    });
    expect(judge('2 papas', ['Papá', 'papas', '2', 2], menu)).toMatchObject({ block: { reason: 'close_match' } });
  });
});

test('names are read the same alone as within a text, whatever they are made of', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'Café',
      'ŒUF',
      'STRASSE',
      'Straße',
      'ΟΔΟΣ',
      'ﬁsh',
      'وجبة',
      'وعصير',
      'ﻭعصير',
      'पिज़्ज़ा',
      'İstanbul',
      'x2',
      '7up',
      'a\u200Bb',
      '½',
      'ｐｉｚｚａ',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const name = words.join(' ');
      const [entry] = indexCatalogue([item(name)]).entries;
      expect(entry?.text).toBe(comparableName(name));
      expect(entry?.words).toEqual(
        tokenise(name)
          .filter(isWord)
          .map(({ bare }) => bare),
      );
    }),
    // First in a name: a letter that is read as a space and a mark, and one that cannot be seen.
    { numRuns: 2_000, examples: [[['\u037A\u0370', 'Café']], [['\uFFA0\u4E00']]] },
  );
});

describe('a catalogue to be kept', () => {
  it('may have names that differ', () => {
    expect(catalogueViolations(MENU)).toEqual([]);
    expect(catalogueViolations([])).toEqual([]);
  });

  it('has each name once, among names and aliases, active or not', () => {
    const twice = [
      item('Coke', ['Cola']),
      item('Pepsi', ['ＣＯＬＡ']),
      item(' coke', [], false),
      item('Fanta', ['fanta']),
    ];
    expect(catalogueViolations(twice)).toEqual([
      { field: 'items[1].aliases[0]', description: 'is a name that the catalogue has already' },
      { field: 'items[2].name', description: 'is a name that the catalogue has already' },
      { field: 'items[3].aliases[0]', description: 'is a name that the catalogue has already' },
    ]);
  });

  it('has names with letters, which are no quantities', () => {
    expect(catalogueViolations([item('7up'), item('42'), item('Menu 2', ['№ 2', '٢'])])).toEqual([
      { field: 'items[1].name', description: 'must have a letter in it' },
      { field: 'items[2].aliases[1]', description: 'must have a letter in it' },
    ]);
  });

  it('is not longer than can be read with every step', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => item(`dish ${index}`));
    expect(catalogueViolations(many)).toEqual([{ field: 'items', description: 'must have at most 1000 elements' }]);
    expect(catalogueViolations(many.slice(1))).toEqual([]);
    const aliases = Array.from({ length: 21 }, (_, index) => `alias ${index}`);
    expect(catalogueViolations([item('Coke', aliases)])).toEqual([
      { field: 'items[0].aliases', description: 'must have at most 20 elements' },
    ]);
    expect(catalogueViolations([item('Coke', aliases.slice(1))])).toEqual([]);
  });
});

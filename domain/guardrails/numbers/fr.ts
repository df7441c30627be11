import { combined, type NumberWords, series, ways } from './number-words';

const ONE = ways('un|une', 1);
const TWO_TO_9 = series(2, ['deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf']);
const TEN_TO_19 = series(10, [
  'dix',
  'onze',
  'douze',
  'treize',
  'quatorze',
  'quinze',
  'seize',
  'dix sept',
  'dix huit',
  'dix neuf',
]);
/** With the Swiss and Belgian words for 70, 80 and 90. */
const TENS = [
  ...['vingt', 'trente', 'quarante', 'cinquante', 'soixante', 'septante', 'huitante|octante', 'nonante'].flatMap(
    (text, index) => ways(text, (index + 2) * 10),
  ),
];

export const FRENCH: NumberWords = {
  *phrases() {
    const units = [...ONE, ...TWO_TO_9];
    const to99 = [
      ...units,
      ...TEN_TO_19,
      ...TENS,
      ...combined(TENS, ONE, (a, b) => [`${a} et ${b}`, `${a} ${b}`]),
      ...combined(TENS, TWO_TO_9, (a, b) => [`${a} ${b}`]),
      ...combined([['soixante', 60]], TEN_TO_19, (a, b) => [`${a} ${b}`]),
      ['soixante et onze', 71] as const,
      ...ways('quatre vingts|quatre vingt', 80),
      ...combined([['quatre vingt', 80]], [...units, ...TEN_TO_19], (a, b) => [`${a} ${b}`]),
    ];
    const hundreds = [
      ['cent', 100] as const,
      ...TWO_TO_9.flatMap(([word, value]) => ways(`${word} cent|${word} cents`, value * 100)),
    ];
    yield ['zéro', 0];
    yield* to99;
    yield* hundreds;
    yield* combined(hundreds, to99, (a, b) => [`${a} ${b}`]);
    yield ['mille', 1_000];
    for (const [words, value] of [...TWO_TO_9, ['dix', 10] as const]) {
      yield [`${words} mille`, value * 1_000];
      yield [`${words} douzaines`, value * 12];
    }
    yield* ways('une paire', 2);
    yield* ways('une demi douzaine|demi douzaine', 6);
    yield* ways('douzaine|une douzaine', 12);
  },
  articles: ['un', 'une'],
};

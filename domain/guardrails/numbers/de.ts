import { combined, type NumberPhrase, type NumberWords, series, ways } from './number-words';

const ONE = ways('eins|ein|eine|einen|einem|einer|eines', 1);
const TWO_TO_9 = series(2, ['zwei|zwo', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun']);
const TEN_TO_19 = series(10, [
  'zehn',
  'elf',
  'zwölf',
  'dreizehn',
  'vierzehn',
  'fünfzehn',
  'sechzehn',
  'siebzehn',
  'achtzehn',
  'neunzehn',
]);
const TENS = ['zwanzig', 'dreißig', 'vierzig', 'fünfzig', 'sechzig', 'siebzig', 'achtzig', 'neunzig'].flatMap(
  (text, index) => ways(text, (index + 2) * 10),
);

export const GERMAN: NumberWords = {
  *phrases() {
    for (const [words, value] of numbers()) {
      yield [words, value];
      // On keyboards without umlauts; without the dots alone, they are read anyway.
      const spelled = words.replaceAll('ü', 'ue').replaceAll('ö', 'oe');
      if (spelled !== words) yield [spelled, value];
    }
  },
  articles: ['ein', 'eine', 'einen', 'einem', 'einer', 'eines', 'einmal'],
};

function* numbers(): Iterable<NumberPhrase> {
  const tensWithUnits = combined([['ein', 1], ...TWO_TO_9], TENS, (a, b) => [`${a}und${b}`]);
  const to99 = [...ONE, ...TWO_TO_9, ...TEN_TO_19, ...TENS, ...tensWithUnits];
  const hundreds = [
    ...ways('hundert|einhundert', 100),
    ...TWO_TO_9.map(([word, value]) => [`${word}hundert`, value * 100] as const),
  ];
  // "Einmal Döner, zweimal Pommes": how one orders at a counter.
  yield ['einmal', 1];
  yield* combined([...TWO_TO_9, ...TEN_TO_19], [['mal', 0]], (a, b) => [`${a}${b}`]);
  yield ['null', 0];
  yield* to99;
  yield* hundreds;
  yield* combined(hundreds, to99, (a, b) => [`${a}${b}`, `${a}und${b}`]);
  yield* ways('tausend|eintausend', 1_000);
  for (const [words, value] of [...TWO_TO_9, ['zehn', 10] as const]) {
    yield [`${words}tausend`, value * 1_000];
    yield [`${words} dutzend`, value * 12];
  }
  yield* ways('ein halbes dutzend|halbes dutzend', 6);
  yield* ways('dutzend|ein dutzend', 12);
}

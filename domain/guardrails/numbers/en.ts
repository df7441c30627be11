import { combined, type NumberWords, series, ways } from './number-words';

const TO_19 = series(
  1,
  (
    'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'eighteen nineteen'
  ).split(' '),
);
const TENS = ['twenty', 'thirty', 'forty|fourty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'].flatMap(
  (text, index) => ways(text, (index + 2) * 10),
);

export const ENGLISH: NumberWords = {
  *phrases() {
    const units = TO_19.slice(0, 9);
    const to99 = [...TO_19, ...TENS, ...combined(TENS, units, (a, b) => [`${a} ${b}`])];
    const hundreds = [
      ...ways('hundred|a hundred', 100),
      ...units.map(([word, value]) => [`${word} hundred`, value * 100] as const),
    ];
    yield ['zero', 0];
    yield* to99;
    yield* hundreds;
    yield* combined(hundreds, to99, (a, b) => [`${a} ${b}`, `${a} and ${b}`]);
    yield* ways('thousand|a thousand', 1_000);
    for (const [word, value] of TO_19.slice(0, 10)) {
      yield [`${word} thousand`, value * 1_000];
      yield [`${word} dozen`, value * 12];
      yield [`another ${word}`, value];
    }
    yield* ways('a|an|another', 1);
    yield* ways('a couple|couple|another couple|a pair|pair|another pair', 2);
    yield* ways('half a dozen|half dozen|a half dozen', 6);
    yield* ways('dozen|a dozen|another dozen', 12);
  },
  articles: ['a', 'an', 'another'],
};

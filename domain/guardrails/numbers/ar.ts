import { combined, type NumberWords, series, ways } from './number-words';

/** Both genders, nominative and the case that everyday speech uses, and the commonest colloquial forms. */
const UNITS = series(1, [
  'واحد|واحدة|وحدة',
  'اثنان|اثنين|اثنتان|اثنتين|اتنين|ثنتين|تنتين',
  'ثلاثة|ثلاث|تلاتة|تلات',
  'أربعة|أربع',
  'خمسة|خمس',
  'ستة|ست',
  'سبعة|سبع',
  'ثمانية|ثماني|ثمان|تمانية|تمن',
  'تسعة|تسع',
]);
const TEN = ways('عشرة|عشر', 10);
const TEENS = [
  ...ways('أحد عشر|إحدى عشرة|أحد عشرة|حداشر', 11),
  ...ways('اثنا عشر|اثني عشر|اثنتا عشرة|اثنتي عشرة|اثنا عشرة|اتناشر', 12),
];
const TENS = series(2, [
  'عشرون|عشرين',
  'ثلاثون|ثلاثين|تلاتين',
  'أربعون|أربعين',
  'خمسون|خمسين',
  'ستون|ستين',
  'سبعون|سبعين',
  'ثمانون|ثمانين|تمانين',
  'تسعون|تسعين',
]).map(([words, value]) => [words, value * 10] as const);
const HUNDRED = ways('مئة|مائة|مية', 100);
const TWO_HUNDRED = ways('مئتان|مئتين|مائتان|مائتين|ميتين', 200);

export const ARABIC: NumberWords = {
  *phrases() {
    const from3 = UNITS.filter(([, value]) => value >= 3);
    const compounds = combined(UNITS, TENS, (a, b) => [`${a} و${b}`]);
    const hundreds = [
      ...HUNDRED,
      ...TWO_HUNDRED,
      ...combined(
        from3,
        HUNDRED,
        (a, b) => [`${a} ${b}`, `${a}${b}`],
        (a, b) => a * b,
      ),
    ];
    const thousands = combined(
      [...from3, ...TEN],
      [['آلاف', 1_000]],
      (a, b) => [`${a} ${b}`],
      (a, b) => a * b,
    );
    yield ['صفر', 0];
    yield* [...UNITS, ...TEN, ...TEENS, ...TENS];
    yield* combined(from3, TEN, (a, b) => [`${a} ${b}`]);
    yield* compounds;
    yield* hundreds;
    // All combinations of all ways to write each part would be fifty thousand.
    yield* combined([...HUNDRED, ...TWO_HUNDRED], [...UNITS, ...TEN, ...TENS], (a, b) => [`${a} و${b}`]);
    yield ['ألف', 1_000];
    yield* ways('ألفان|ألفين', 2_000);
    yield* thousands;
    yield ['زوج', 2];
    yield* ways('تنين|حبتين|حبتان|قطعتين|قطعتان', 2);
    yield* ways('نصف دزينة|نص دزينة|نصف درزن|نص درزن', 6);
    yield* ways('دزينة|درزن|دستة', 12);
  },
  articles: [],
};

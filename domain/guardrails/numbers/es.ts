import { combined, type NumberWords, series, ways } from './number-words';

const UNITS = series(1, ['uno|un|una', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve']);
const TO_29 = series(10, [
  'diez',
  'once',
  'doce',
  'trece',
  'catorce',
  'quince',
  'dieciséis|diez y seis',
  'diecisiete|diez y siete',
  'dieciocho|diez y ocho',
  'diecinueve|diez y nueve',
  'veinte',
  'veintiuno|veintiún|veintiuna',
  'veintidós',
  'veintitrés',
  'veinticuatro',
  'veinticinco',
  'veintiséis',
  'veintisiete',
  'veintiocho',
  'veintinueve',
]);
const TENS = ['treinta', 'cuarenta', 'cincuenta', 'sesenta', 'setenta', 'ochenta', 'noventa'].flatMap((text, index) =>
  ways(text, (index + 3) * 10),
);
const HUNDREDS = series(1, [
  'ciento',
  'doscientos|doscientas',
  'trescientos|trescientas',
  'cuatrocientos|cuatrocientas',
  'quinientos|quinientas',
  'seiscientos|seiscientas',
  'setecientos|setecientas',
  'ochocientos|ochocientas',
  'novecientos|novecientas',
]).map(([words, value]) => [words, value * 100] as const);

export const SPANISH: NumberWords = {
  *phrases() {
    const to99 = [...UNITS, ...TO_29, ...TENS, ...combined(TENS, UNITS, (a, b) => [`${a} y ${b}`])];
    yield ['cero', 0];
    yield* to99;
    yield ['cien', 100];
    yield* HUNDREDS;
    yield* combined(HUNDREDS, to99, (a, b) => [`${a} ${b}`]);
    yield* ways('mil|un mil', 1_000);
    for (const [words, value] of [...UNITS.slice(3), ['diez', 10] as const]) {
      yield [`${words} mil`, value * 1_000];
      yield [`${words} docenas`, value * 12];
      yield [`otros ${words}`, value];
      yield [`otras ${words}`, value];
    }
    yield* ways('otro|otra', 1);
    yield* ways('un par|par|otro par', 2);
    yield* ways('media docena', 6);
    yield* ways('docena|una docena|otra docena', 12);
  },
  articles: ['un', 'una', 'otro', 'otra'],
};

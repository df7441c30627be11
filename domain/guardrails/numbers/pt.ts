import { combined, type NumberWords, series, ways } from './number-words';

const UNITS = series(1, ['um|uma', 'dois|duas', 'três', 'quatro', 'cinco', 'seis', 'sete', 'oito', 'nove']);
const TEN_TO_19 = series(10, [
  'dez',
  'onze',
  'doze',
  'treze',
  'quatorze|catorze',
  'quinze',
  'dezesseis|dezasseis',
  'dezessete|dezassete',
  'dezoito',
  'dezenove|dezanove',
]);
const TENS = [
  'vinte',
  'trinta',
  'quarenta',
  'cinquenta|cinqüenta',
  'sessenta',
  'setenta',
  'oitenta',
  'noventa',
].flatMap((text, index) => ways(text, (index + 2) * 10));
const HUNDREDS = series(1, [
  'cento',
  'duzentos|duzentas',
  'trezentos|trezentas',
  'quatrocentos|quatrocentas',
  'quinhentos|quinhentas',
  'seiscentos|seiscentas',
  'setecentos|setecentas',
  'oitocentos|oitocentas',
  'novecentos|novecentas',
]).map(([words, value]) => [words, value * 100] as const);

export const PORTUGUESE: NumberWords = {
  *phrases() {
    const to99 = [...UNITS, ...TEN_TO_19, ...TENS, ...combined(TENS, UNITS, (a, b) => [`${a} e ${b}`])];
    yield ['zero', 0];
    yield* to99;
    yield ['cem', 100];
    yield* HUNDREDS;
    yield* combined(HUNDREDS, to99, (a, b) => [`${a} e ${b}`]);
    yield ['mil', 1_000];
    for (const [words, value] of [...UNITS.slice(2), ['dez', 10] as const]) {
      yield [`${words} mil`, value * 1_000];
      yield [`${words} dúzias`, value * 12];
      yield [`outros ${words}`, value];
      yield [`outras ${words}`, value];
    }
    yield* ways('outro|outra', 1);
    yield* ways('um par|par|outro par', 2);
    yield* ways('meia dúzia', 6);
    yield* ways('dúzia|uma dúzia|outra dúzia', 12);
  },
  articles: ['um', 'uma', 'outro', 'outra'],
};

import type { BookingLocale } from '../booking/booking';

/** Endings of singular and plural that belong together. */
type Endings = readonly (readonly [singular: string, plural: string])[];

/**
 * How languages make plurals, as far as menus need it. Longer stems only: short words share endings by chance.
 * Umlauts and accents come and go with the number; bare words have none.
 */
const ENDINGS: Readonly<Record<BookingLocale, Endings>> = {
  en: pairs(':s s:ses x:xes z:zes ch:ches sh:shes o:oes y:ies f:ves fe:ves'),
  es: pairs(':s l:les n:nes r:res d:des s:ses z:ces j:jes y:yes'),
  fr: pairs(':s au:aux eu:eux al:aux ail:aux ou:oux'),
  de: pairs(':e :en :n :er :s a:en o:en um:en in:innen'),
  pt: pairs(':s r:res z:zes s:ses ao:oes ao:aes ao:aos m:ns al:ais el:eis ol:ois ul:uis il:is'),
  hi: pairs('ा:े ा:ों ी:ियां ी:ियों ि:ियां :ें :ों :एं या:ये :स a:e :s'),
  ar: pairs('ه:ات :ات ا:ات :ون :ين'),
};

/** Shorter words are no names, and share their endings by chance. */
const WORD_MIN = 3;
const STEM_MIN = 2;
const ARABIC_THE = 'ال';

function pairs(text: string): Endings {
  return text.split(' ').map((pair) => {
    const [singular = '', plural = ''] = pair.split(':');
    return [singular, plural] as const;
  });
}

/** The bare word itself and the words that are its singular or plural by the rules of the language. */
export function formsOf(word: string, locale: BookingLocale): readonly string[] {
  const forms = new Set([word]);
  if (locale === 'ar') {
    const stem = word.startsWith(ARABIC_THE) && word.length > ARABIC_THE.length + STEM_MIN ? word.slice(2) : word;
    addForms(forms, stem, ENDINGS.ar);
    for (const form of [stem, ...forms]) {
      forms.add(form);
      if (!form.startsWith(ARABIC_THE)) forms.add(ARABIC_THE + form);
    }
  } else {
    addForms(forms, word, ENDINGS[locale]);
  }
  return [...forms];
}

function addForms(forms: Set<string>, word: string, endings: Endings): void {
  for (const [singular, plural] of endings) {
    if (word.length > singular.length && word.endsWith(singular)) {
      const form = word.slice(0, word.length - singular.length) + plural;
      if (form.length >= WORD_MIN) forms.add(form);
    }
    // "glass" is no plural.
    const isPlural = word.length >= WORD_MIN && word.length > plural.length && word.endsWith(plural);
    if (isPlural && !(plural === 's' && word.endsWith('ss'))) {
      forms.add(word.slice(0, word.length - plural.length) + singular);
    }
  }
}

/** The Arabic duals of a bare word: "two" is in the word itself. */
export function dualsOf(word: string): readonly string[] {
  const stem = word.startsWith(ARABIC_THE) && word.length > ARABIC_THE.length + STEM_MIN ? word.slice(2) : word;
  const before = /[ها]$/.test(stem) ? [`${stem.slice(0, -1)}ت`] : [stem];
  return before.flatMap((base) => [`${base}ان`, `${base}ين`]);
}

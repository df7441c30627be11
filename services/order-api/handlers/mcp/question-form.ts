import type { BookingLocale } from '../../../../domain/booking/booking';
import { REPLY_MAX_CODE_POINTS } from '../../../../domain/schemas/booking-fields';

/** The form's one field. */
export const REPLY_FIELD = 'reply';

/**
 * A form of one line to be filled with words. A box to tick, or the button that sends the form, would say that somebody
 * clicked; only words can be judged, and kept as what the customer answered.
 */
export function questionForm(locale: BookingLocale) {
  const [title, description] = WORDS[locale];
  return {
    type: 'object' as const,
    properties: {
      [REPLY_FIELD]: { type: 'string' as const, title, description, minLength: 1, maxLength: REPLY_MAX_CODE_POINTS },
    },
    required: [REPLY_FIELD],
  };
}

const WORDS: Readonly<Record<BookingLocale, readonly [title: string, description: string]>> = {
  en: ['Your answer', 'Type "yes" to order exactly this. Anything else orders nothing.'],
  es: ['Su respuesta', 'Escriba «sí» para pedir exactamente esto. Con cualquier otra cosa no se pide nada.'],
  fr: ['Votre réponse', 'Écrivez « oui » pour commander exactement cela. Toute autre réponse ne commande rien.'],
  de: ['Ihre Antwort', 'Schreiben Sie „ja“, um genau das zu bestellen. Alles andere bestellt nichts.'],
  pt: ['A sua resposta', 'Escreva «sim» para encomendar exatamente isto. Qualquer outra resposta não encomenda nada.'],
  hi: ['आपका जवाब', 'ठीक यही ऑर्डर करने के लिए "हाँ" लिखें। कुछ और लिखने पर कुछ भी ऑर्डर नहीं होगा।'],
  ar: ['إجابتك', 'اكتب "نعم" لطلب هذا بالضبط. أي إجابة أخرى لا تطلب شيئًا.'],
};

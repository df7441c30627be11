import type { LocaleWords } from './locale-words';

/** "Si" without its accent is a yes here: alone, it means nothing else. */
export const SPANISH_WORDS: LocaleWords = {
  affirmations:
    'sí, sí quiero, claro que sí, por supuesto que sí, confirmo, yo confirmo, lo confirmo, confirmado, confirma, confirme, ' +
    'confírmalo, confírmelo, confirmar, confirmo el pedido, confirmo mi pedido, confirmo la orden, ' +
    'confirmo mi orden, confirmar pedido, pedido confirmado, de acuerdo, estoy de acuerdo',
  assents:
    'correcto, es correcto, está correcto, todo correcto, todo es correcto, todo está correcto, está bien, ' +
    'todo bien, todo está bien, así es, eso es, exacto, exactamente, claro, por supuesto, desde luego, vale, ok, ' +
    'okay, bien, muy bien, perfecto, adelante, listo, correcta, es correcta, está correcta, todo ok, todo perfecto, ' +
    'todo está perfecto, todo en orden, está perfecto, está perfecta, está ok, así está bien, así está perfecto, ' +
    'así mismo, así, eso es todo, es todo, sería todo, eso sería todo, bueno, buenísimo, excelente, genial, ' +
    'estupendo, dale, va, sale, sip, acepto, lo acepto, lo quiero, estoy seguro, ' +
    'estoy segura, hazlo, hágalo, hágale, pídelo, pídalo',
  courtesies:
    'por favor, porfavor, porfa, gracias, muchas gracias, muchísimas gracias, mil gracias, por fa, porfis, ' +
    'porfi, x favor, xfavor, xfa, plis, muy amable, señor, señora, señorita, amigo, amiga',
  greetings: 'hola, buenas, buenos días, buenas tardes, buenas noches',
  negations:
    'no, nunca, jamás, tampoco, ni, nada, ningún, ninguno, ninguna, incorrecto, incorrecta, equivocado, ' +
    'negativo, cancela, cancelar, cancele, cancelo, anula, anular',
  changes:
    'pero, espera, espere, esperen, espérate, espérese, momento, un segundo, cambia, cambiar, cambie, cambio, ' +
    'cámbialo, modifica, modificar, sin, excepto, salvo, menos, más, mejor, aunque, solo que, en vez, en lugar, ' +
    'agrega, agregar, agregue, añade, añadir, añada, pon, ponme, póngame, ponga, quita, quitar, quítale, ' +
    'quítame, elimina, eliminar, borra, borrar, sustituye, además, también, otro, otra, otros, otras, después, ' +
    'todavía, error, solo, solamente, luego, quizá, quizás, tal vez, casi',
  questions:
    'cuánto, cuánta, cuántos, cuántas, cuál, cuáles, cuándo, dónde, quién, por qué, qué es, qué hora, ' +
    'qué precio, qué incluye, cómo se, puedo, podría, se puede',
  idioms: 'por qué no, cómo no, desde luego',
};

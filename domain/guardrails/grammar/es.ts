import type { OrderGrammar } from './order-grammar';

export const SPANISH_GRAMMAR: OrderGrammar = {
  fillers: 'el la los las de del tu tus su sus mi mis ese esa esos esas este esta estos estas lo',
  joiners: 'con a al en',
  counters: 'más porción porciones ración raciones pieza piezas unidad unidades veces vez x',
  and: 'y e',
  but: 'pero sino entonces luego',
  or: 'o u',
  to: 'a hasta veces por',
  between: 'entre',
  notAmounts:
    'unos, unas, aproximadamente, aprox, casi, como, cerca de, quizá, quizás, tal vez, menos, lo menos, lo más, máximo, mínimo, máx, mín, hasta, más de, más que, menos de, a las, sobre las, alrededor de, número, nro, núm, n, mesa, habitación, piso, puerta, calle, cada, desde, antes de, después de, talla, tamaño, para las',
  fractions: 'medio media medios medias cuarto tercio',
  amends: 'quizá, quizás, tal vez, a lo mejor, posiblemente, menos, más',
  each: 'cada, por persona, por cabeza, para cada uno, para cada una, para cada quien',
  closers:
    'por favor, porfavor, porfa, gracias, solo, sólo, solamente, nomás, nada más, ellas, ellos, esas, esos, unidades, sola',
  answers:
    'quiero quisiera querría me gustaría pon ponme póngame dame déme deme necesito pido pedir quería sí vale ok bueno ' +
    'bien claro hola buenas buenos días tardes noches yo nos son sean serían que en total pues perfecto puede puedes dar poner ' +
    'tomo tomaré llevo llevaré para mándame manda',
  corrections: 'mejor realidad perdón perdona disculpa no digo corrijo cambio espera decir',
  nothing:
    'siempre mismo misma mismos mismas algo nada todo cosa cosas pedido comida otro otra otros otras uno una unos unas ' +
    'habitual cualquier cualquiera eso esto aquello ambos ambas',
  negations:
    'no, sin, ni, nunca, tampoco, ningún, ninguna, ninguno, excepto, menos, salvo, en vez de, en lugar de, nada de, jamás',
  cancellations: 'cancela, cancelar, cancele, quita, quitar, quite, quítame, elimina, eliminar',
  negationsAfter: 'no',
  takebacks: 'cancélalo, cancélelo, cancela eso, cancela todo, olvídalo, olvídelo, déjalo, déjelo, ya no, mejor no',
  verbsAtEnd: '',
  verbStems: '',
  wants: '',
};

import type { OrderGrammar } from './order-grammar';

export const PORTUGUESE_GRAMMAR: OrderGrammar = {
  fillers:
    'o a os as de do da dos das sua suas seu seus meu meus minha minhas essa essas esse esses esta estas este estes',
  joiners: 'com ao à no na em',
  counters: 'porção porções pedaço pedaços unidade unidades vezes vez x',
  and: 'e mais',
  but: 'mas então porém',
  or: 'ou',
  to: 'a até à vezes por',
  between: 'entre',
  notAmounts:
    'uns, umas, aproximadamente, quase, cerca de, talvez, menos, no máximo, máximo, mínimo, no mínimo, máx, mín, até, mais de, mais que, mais do que, menos de, às, por volta de, por volta das, número, nº, n, nro, mesa, quarto, apartamento, apto, andar, rua, casa, cada, desde, antes de, depois de, antes das, depois das, tamanho',
  fractions: 'meio meia meios meias metade quarto terço',
  amends: 'talvez, possivelmente, provavelmente, menos, mais',
  each: 'cada, por pessoa, para cada um, para cada uma, pra cada um, pra cada uma, por cabeça',
  closers:
    'por favor, porfavor, pfv, pf, obrigado, obrigada, só, somente, apenas, delas, deles, dessas, desses, unidades',
  answers:
    'eu quero queria gostaria me vou querer vê manda dá dê preciso pedir peço sim ok bom boa bem claro olá oi dia tarde noite são ' +
    'seriam que em total pois perfeito pode dar levo pra para nós por aí coloca põe ser',
  corrections: 'melhor verdade aliás desculpa desculpe não digo corrigindo espera troca dizer',
  nothing:
    'sempre mesmo mesma mesmos mesmas algo nada coisa coisas pedido comida outro outra outros outras um uma ' +
    'costume isso isto aquilo qualquer ambos ambas',
  negations:
    'não, sem, nem, nunca, nenhum, nenhuma, exceto, menos, salvo, em vez de, ao invés de, no lugar de, nada de, jamais',
  cancellations: 'cancela, cancelar, cancele, tira, tirar, tire, remova, remover',
  negationsAfter: 'não',
  takebacks:
    'cancela isso, cancele isso, cancela tudo, esquece, esqueça, deixa pra lá, deixe pra lá, deixa para lá, melhor não',
  verbsAtEnd: '',
  verbStems: '',
  wants: '',
};

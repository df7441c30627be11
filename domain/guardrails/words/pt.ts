import type { LocaleWords } from './locale-words';

/** "Isso", "pode ser" and "beleza" are left out of the affirmations on purpose. */
export const PORTUGUESE_WORDS: LocaleWords = {
  affirmations:
    'sim, sim quero, sim eu quero, claro que sim, confirmo, eu confirmo, confirmado, está confirmado, confirma, confirme, confirmar, ' +
    'pode confirmar, podes confirmar, confirmo o pedido, confirmo meu pedido, confirmo o meu pedido, ' +
    'confirmo a encomenda, confirmo a minha encomenda, confirmar pedido, pedido confirmado, de acordo, ' +
    'estou de acordo, concordo',
  assents:
    'certo, está certo, tá certo, tudo certo, está tudo certo, correto, está correto, tudo correto, ' +
    'está tudo correto, correcto, está correcto, está tudo correcto, isso, isso mesmo, é isso, é isso mesmo, exato, ' +
    'exatamente, claro, com certeza, combinado, tudo bem, está bem, bom, ótimo, perfeito, beleza, ok, okay, ' +
    'pode ser, pode pedir, pode fazer, pode fechar, correta, está correta, tá tudo certo, tudo certinho, certinho, ' +
    'tudo ok, tudo perfeito, está ok, tá ok, tá bom, está bom, tá ótimo, está ótimo, tá perfeito, está perfeito, ' +
    'isso aí, é isso aí, só isso, é só isso, isso é tudo, é tudo, pode, pode mandar, pode enviar, ' +
    'pode preparar, manda, aceito, tenho certeza, fechado, blz, joia, show, maravilha, ' +
    'excelente',
  courtesies:
    'por favor, se faz favor, faz favor, obrigado, obrigada, muito obrigado, muito obrigada, valeu, ' +
    'por gentileza, porfavor, pfv, pf, obg, obgd, muito obg, vlw, grato, grata, senhor, senhora',
  greetings: 'oi, olá, bom dia, boa tarde, boa noite',
  negations:
    'não, nunca, jamais, nem, nada, nenhum, nenhuma, tampouco, errado, errada, incorreto, incorreta, negativo, ' +
    'cancela, cancelar, cancele, cancelo, pare',
  changes:
    'mas, porém, contudo, entretanto, espera, espere, peraí, calma, um momento, um minuto, muda, mudar, mude, ' +
    'mudança, troca, trocar, troque, altera, alterar, altere, sem, exceto, excepto, menos, mais, em vez, ' +
    'ao invés, adiciona, adicionar, adicione, acrescenta, acrescentar, acrescente, coloca, põe, tira, tirar, ' +
    'tire, remove, remova, remover, retira, retirar, também, outro, outra, outros, outras, só que, aliás, ' +
    'melhor, apenas, somente, depois, ainda, engano, talvez, quase',
  questions:
    'quanto, quanta, quantos, quantas, qual, quais, quando, onde, quem, por que, porquê, o que, como é, ' +
    'como fica, posso, poderia',
  idioms: 'por que não, porque não, como não',
};

import type { OrderGrammar } from './order-grammar';

export const FRENCH_GRAMMAR: OrderGrammar = {
  fillers: "le la les l' de d' du des vos votre mes mon ma nos notre ces cette ce cet autre autres leur leurs",
  joiners: 'avec à au aux en',
  counters: 'fois portion portions part parts pièce pièces unité unités x',
  and: 'et plus puis',
  but: 'mais alors donc',
  or: 'ou',
  to: 'à jusque fois',
  between: 'entre',
  notAmounts:
    'environ, presque, peut être, au moins, au plus, moins de, plus de, plus que, maximum, minimum, max, min, à, vers, jusqu à, numéro, no, nº, n, table, chambre, étage, appartement, rue, chaque, depuis, avant, après, dès, taille, quelques, autour de, près de',
  fractions: 'demi demie demis moitié quart tiers',
  amends: 'peut être, éventuellement, probablement, moins, plus',
  each: 'chacun, chacune, chaque, par personne, pour chacun, pour chacune, pour tout le monde, par tête',
  closers:
    "s'il vous plaît, s'il te plaît, svp, stp, merci, seulement, entre elles, entre eux, elles, eux, seul, seule",
  answers:
    "je j' voudrais veux aimerais prends prendrai prendre il m' me en faut faudrait faudra donnez moi mettez mets donne nous vous " +
    'oui ok d accord bien alors bonjour bonsoir salut juste ça sera serait ce c est sont total pour désire souhaite souhaiterais vais',
  corrections: 'plutôt finalement fait non pardon désolé désolée attendez attends dire',
  nothing:
    'habitude habituel même mêmes chose quelque tout rien commande plat repas autre autres un une ça cela celui celle ceux ' +
    'celles tous toutes',
  negations: 'pas, sans, aucun, aucune, ni, jamais, sauf, au lieu de, à la place de, non, ne, plus de, plutôt que',
  cancellations: 'annule, annulez, annuler, enlève, enlevez, enlever, retire, retirez, retirer, supprimez, supprimer',
  negationsAfter: 'non',
  takebacks:
    'annulez ça, annule ça, annulez cela, annulez tout, laissez tomber, laisse tomber, oubliez, oublie, oubliez ça, non finalement',
  verbsAtEnd: '',
  verbStems: '',
  wants: '',
};

import type { LocaleWords } from './locale-words';

/** "Mais oui" and "ouais" are left out of the affirmations on purpose, and so is "si": it answers a question that is not asked. */
export const FRENCH_WORDS: LocaleWords = {
  affirmations:
    'oui, bien sûr que oui, je confirme, je le confirme, je la confirme, je confirme la commande, ' +
    'je confirme ma commande, je confirme cette commande, je valide, je valide la commande, ' +
    "je valide ma commande, confirme, confirmez, confirmer, confirmé, confirmée, commande confirmée, d'accord, " +
    "je suis d'accord",
  assents:
    "c'est ça, c'est bien ça, c'est bon, c'est juste, c'est exact, c'est correct, c'est parfait, tout est bon, " +
    'tout est juste, tout est exact, tout est correct, correct, exact, exactement, parfait, parfaitement, ' +
    'absolument, effectivement, tout à fait, bien sûr, très bien, entendu, ok, okay, allez-y, allez y, vas-y, vas y, ' +
    "c bon, c'est bien, c'est ok, c'est nickel, c'est tout, ce sera tout, ça sera tout, ça marche, ça me va, " +
    'ça me convient, ça roule, tout est ok, tout est parfait, tout est en ordre, nickel, impeccable, super, génial, ' +
    "excellent, bien, volontiers, certainement, évidemment, avec plaisir, je suis sûr, je suis sûre, j'accepte, " +
    'je veux bien, ouais, dac',
  courtesies:
    "s'il vous plaît, s'il te plaît, s il vous plaît, s il te plaît, svp, stp, merci, merci bien, " +
    "merci beaucoup, je vous remercie, je vous en prie, merci d'avance, merci à vous, madame, monsieur, " +
    'bonne journée, bonne soirée',
  greetings: 'bonjour, bonsoir, salut',
  negations:
    'non, nan, ne, pas, jamais, aucun, aucune, rien, ni, faux, fausse, incorrect, incorrecte, refuse, annule, ' +
    'annuler, annulez, arrête, arrêtez',
  changes:
    'mais, attends, attendez, un instant, un moment, une minute, une seconde, plutôt, finalement, sauf, sans, ' +
    'excepté, au lieu, à la place, changer, change, changez, changement, modifier, modifie, modifiez, ajouter, ' +
    'ajoute, ajoutez, enlever, enlève, enlevez, retirer, retire, retirez, supprimer, supprime, supprimez, ' +
    'remplacer, remplace, remplacez, aussi, également, encore, plus, moins, autre, autres, seulement, ' +
    'à condition, erreur, peut-être, presque',
  questions:
    "combien, pourquoi, comment, quand, quel, quelle, quels, quelles, quoi, est ce que, qu'est ce, où est, " +
    'où sont, puis je, peut on, pouvez vous',
  idioms: 'pourquoi pas',
};

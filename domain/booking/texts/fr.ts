import type { BookingTexts } from './booking-texts';

export const fr: BookingTexts = {
  yes: 'oui',
  quotes: ['«\u00A0', '\u00A0»'],
  whichItems: 'Que souhaitez-vous commander, et en quelle quantité\u00A0?',
  whichItem: 'De quel article parlez-vous exactement\u00A0?',
  whichOf: (list) =>
    `Duquel parlez-vous\u00A0: ${list}\u00A0? Écrivez son nom et la quantité souhaitée, s'il vous plaît.`,
  howMany: (name) => `Quelle quantité de ${name} souhaitez-vous\u00A0?`,
  howManyExactly: (name) =>
    `Quelle quantité de ${name} souhaitez-vous\u00A0? Écrivez le nombre avec le nom, par exemple 2 × ${name}.`,
  itemsRight: 'Est-ce bien ce que vous souhaitez commander\u00A0? Répondez par oui ou par non, s’il vous plaît.',
  nameAndPhone: 'Puis-je avoir votre nom et votre numéro de téléphone, s’il vous plaît\u00A0?',
  whichName: 'À quel nom dois-je noter la commande\u00A0?',
  whichPhone: 'Quel numéro de téléphone dois-je noter, avec son indicatif\u00A0?',
  summaryAgain: 'Je vous montre encore une fois le récapitulatif actuel avant votre confirmation.',
  whatToChange: 'Que souhaitez-vous changer\u00A0?',
  or: ' ou ',
  summary: {
    title: 'Votre commande\u00A0:',
    total: 'Nombre total d’articles',
    name: 'Nom',
    phone: 'Téléphone',
    notes: 'Remarques',
    question: (yes) => `Est-ce correct\u00A0? Répondez ${yes} pour passer la commande.`,
  },
};

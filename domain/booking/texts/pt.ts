import type { BookingTexts } from './booking-texts';

export const pt: BookingTexts = {
  yes: 'sim',
  quotes: ['“', '”'],
  whichItems: 'O que deseja pedir, e quantas unidades de cada coisa?',
  whichItem: 'A que item se refere exatamente?',
  whichOf: (list) => `A qual se refere: ${list}? Escreva o nome e a quantidade desejada, por favor.`,
  howMany: (name) => `Quantas unidades de ${name} deseja?`,
  howManyExactly: (name) =>
    `Quantas unidades de ${name} deseja? Escreva o número junto com o nome, por exemplo 2 × ${name}.`,
  itemsRight: 'É isto que deseja pedir? Responda sim ou não, por favor.',
  nameAndPhone: 'Pode dizer-me o seu nome e o seu número de telefone, por favor?',
  whichName: 'Em nome de quem faço o pedido?',
  whichPhone: 'Que número de telefone devo anotar, com o indicativo?',
  summaryAgain: 'Mostro mais uma vez o resumo atual antes de confirmar.',
  whatToChange: 'O que deseja mudar?',
  or: ' ou ',
  summary: {
    title: 'O seu pedido:',
    total: 'Total de unidades',
    name: 'Nome',
    phone: 'Telefone',
    notes: 'Observações',
    question: (yes) => `Está correto? Responda ${yes} para fazer o pedido.`,
  },
};

import type { BookingTexts } from './booking-texts';

export const en: BookingTexts = {
  yes: 'yes',
  quotes: ['“', '”'],
  whichItems: 'What would you like to order, and how many of each?',
  whichItem: 'Which item do you mean exactly?',
  whichOf: (list) => `Which one do you mean: ${list}? Please write its name, and how many you would like.`,
  howMany: (name) => `How many ${name} would you like?`,
  howManyExactly: (name) =>
    `How many ${name} would you like? Please write the number and the name together, for example 2 × ${name}.`,
  itemsRight: 'Is this what you would like to order? Please answer yes or no.',
  nameAndPhone: 'May I have your name and your phone number, please?',
  whichName: 'Under which name should I book the order?',
  whichPhone: 'Which phone number should I note, with its area code?',
  summaryAgain: 'Let me show you the current summary once more before you confirm.',
  whatToChange: 'What would you like to change?',
  or: ' or ',
  summary: {
    title: 'Your order:',
    total: 'Items in all',
    name: 'Name',
    phone: 'Phone',
    notes: 'Notes',
    question: (yes) => `Is this right? Please answer ${yes} to book it.`,
  },
};

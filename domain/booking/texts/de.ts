import type { BookingTexts } from './booking-texts';

export const de: BookingTexts = {
  yes: 'ja',
  quotes: ['„', '“'],
  whichItems: 'Was möchten Sie bestellen, und wie viel davon?',
  whichItem: 'Welchen Artikel meinen Sie genau?',
  whichOf: (list) => `Was davon meinen Sie: ${list}? Bitte schreiben Sie den Namen und die gewünschte Anzahl.`,
  howMany: (name) => `Wie viele ${name} möchten Sie?`,
  howManyExactly: (name) =>
    `Wie viele ${name} möchten Sie? Bitte schreiben Sie Zahl und Namen zusammen, zum Beispiel 2 × ${name}.`,
  itemsRight: 'Möchten Sie das so bestellen? Bitte antworten Sie mit ja oder nein.',
  nameAndPhone: 'Wie ist Ihr Name, und unter welcher Telefonnummer erreichen wir Sie?',
  whichName: 'Auf welchen Namen soll ich die Bestellung aufnehmen?',
  whichPhone: 'Welche Telefonnummer mit Vorwahl soll ich notieren?',
  summaryAgain: 'Ich zeige Ihnen vor der Bestätigung noch einmal die aktuelle Zusammenfassung.',
  whatToChange: 'Was möchten Sie ändern?',
  or: ' oder ',
  summary: {
    title: 'Ihre Bestellung:',
    total: 'Stückzahl insgesamt',
    name: 'Name',
    phone: 'Telefon',
    notes: 'Hinweise',
    question: (yes) => `Ist das richtig? Bitte antworten Sie mit ${yes}, um zu bestellen.`,
  },
};

import type { LocaleWords } from './locale-words';

/** "Jo", "jep", "genau", "passt" are left out of the affirmations on purpose, and so is "doch": it takes back as often as it agrees. */
export const GERMAN_WORDS: LocaleWords = {
  affirmations:
    'ja, jawohl, bestätigt, bestätige, bestätigen, ich bestätige, ich bestätige es, ich bestätige das, ' +
    'ich bestätige hiermit, hiermit bestätige ich, ich bestätige die bestellung, ich bestätige meine bestellung, ' +
    'hiermit bestätige ich die bestellung, hiermit bestätige ich meine bestellung, bestellung bestätigen, ' +
    'bestellung bestätigt, einverstanden, ich bin einverstanden',
  assents:
    'genau, genau so, richtig, korrekt, stimmt, stimmt so, stimmt alles, alles stimmt, das stimmt, das stimmt so, ' +
    'das ist richtig, das ist korrekt, alles richtig, alles korrekt, alles klar, so ist es, passt, passt so, ' +
    'passt alles, das passt, das passt so, in ordnung, klar, natürlich, selbstverständlich, unbedingt, absolut, ' +
    'sicher, gern, gerne, sehr gern, sehr gerne, gut, sehr gut, super, perfekt, wunderbar, ok, okay, bestellen, ' +
    'so bestellen, passt perfekt, passt gut, alles passt, so passt es, so passt das, ist richtig, ist korrekt, ' +
    'ist gut, ist ok, ist okay, alles gut, alles super, alles perfekt, alles bestens, alles ok, alles okay, bestens, ' +
    "top, prima, klasse, fein, sehr schön, na klar, abgemacht, mach das, machen sie das, das war's, " +
    'das war es, das war alles, das ist alles, das wäre alles, das wäre es, geht klar, geht in ordnung, genauso, jo, ' +
    'jep, jup',
  courtesies:
    'bitte, bitte schön, bitte sehr, danke, danke schön, dankeschön, danke sehr, vielen dank, besten dank, ' +
    'herzlichen dank, vielen lieben dank, lieben dank, tausend dank, danke vielmals, merci',
  greetings: 'hallo, hi, guten tag, guten morgen, guten abend, moin, servus',
  negations:
    'nein, nee, ne, nö, nicht, nichts, nix, nie, niemals, kein, keine, keinen, keinem, keiner, keines, keins, ' +
    'weder, jein, falsch, stopp, abbrechen, stornieren, storniere, storno',
  changes:
    'aber, doch, warte, warten, wart, moment, halt, lieber, eigentlich, statt, anstatt, stattdessen, sondern, ' +
    'ändern, ändere, ändert, geändert, änderung, korrektur, fehler, ohne, außer, nur, bloß, noch, auch, mehr, ' +
    'weniger, zusätzlich, dazu, weg, weglassen, streichen, streich, entfernen, entferne, hinzufügen, füge, ' +
    'ersetzen, ersetze, tauschen, tausche, anders, andere, anderes, anderen, später, wenn, falls, sofern, ' +
    'augenblick, vielleicht, zuerst',
  questions:
    'wie viel, wie viele, wieviel, wie lange, wie teuer, wann, warum, wieso, weshalb, wer, wo, wohin, welche, ' +
    'welcher, welches, welchen, was ist, was kostet, was heißt, kann ich, kann man, könnte ich, können sie',
  idioms: 'warum nicht, wieso nicht',
};

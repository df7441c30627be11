import { eachLetterOnce, mayBeDrawnOut } from './drawn-out';
import { bareForm } from './tokens';

/** White space and what ends or parts a sentence, of any shipped language and of East Asian keyboards. No colon, no bracket. */
const BETWEEN =
  /[\t\n\r\p{Zs}.,;!\u00A1\u2013\u2014\u2026\u060C\u061B\u06D4\u0964\u3001\u3002\uFF01\uFF0C\uFF0E\uFF1B]+/u;
/** Arabic keyboards put these around a text; white space goes with them. Within the text they have no business. */
const EDGES = /^[\t\n\r\p{Zs}\u200E\u200F\u061C]+|[\t\n\r\p{Zs}\u200E\u200F\u061C]+$/gu;
/** Emoji that agree or are glad and say nothing else; with a tone of skin, or asked for in colour. None that laughs: it may mock. */
const AGREEING_EMOJI = /(?:[👍👌🙏🙌👏🤝][\u{1F3FB}-\u{1F3FF}]?|[✅✔☑💯🎉❤🙂😊😀😃😄😁😍😋])\uFE0F?|:-?\)/gu;
/** Letters and their marks; within a word apostrophes and hyphens, and the joiners that Persian and Indic words need. */
const WORD = /^[\p{L}\p{M}]+(?:(?:['\u2019-]|\u200C|\u200D)[\p{L}\p{M}]+)*$/u;

/**
 * The characters that our own words are written with, half or full width, composed or not. Unicode makes an ordinary letter of
 * many others (of the Kelvin sign, of "ſ", of letters in bold or in circles), and a semicolon of the Greek question mark: so
 * this is asked before anything is normalised.
 */
const OURS =
  /^(?:['\u2019A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF\uFF21-\uFF3A\uFF41-\uFF5A-]|[\u0300-\u0303]|\u0308|\u0327|[\u0621-\u063A\u0640-\u064A]|[\u064B-\u0655]|\u0670|[\u0900-\u0950\u0958-\u0963\u0972-\u097F])+$/;
/** Before a word with any other character in it. No word of ours begins so, whatever Unicode makes of it. */
const FOREIGN = '\0';

/**
 * A reply as the words it is made of, in the form in which they are compared; undefined when there is anything else in it than
 * words, what parts them, and emoji that agree: digits, quotes, brackets, markup, hidden characters.
 */
export function replyWords(reply: string): readonly string[] | undefined {
  const words = reply
    .replace(EDGES, '')
    .replace(AGREEING_EMOJI, ' ')
    .split(BETWEEN)
    .filter((word) => word !== '');
  return words.every((word) => WORD.test(word)) ? words.map(comparable) : undefined;
}

function comparable(word: string): string {
  const isOurs = OURS.test(word);
  const folded = word
    .normalize(isOurs ? 'NFKC' : 'NFC')
    .replaceAll('\u2019', "'")
    .toUpperCase()
    .toLowerCase();
  if (!isOurs) return FOREIGN + folded;
  // Accents tell Latin words apart; Arabic vowel signs and hamzas, and the dots of Hindi, are left out at will.
  return /\p{Script=Latin}/u.test(folded) ? folded : bareForm(folded);
}

/** All forms of a word that count as it: with its accents or without any, "ä" as "ae", with its apostrophe or without. */
export function spellingsOf(word: string): ReadonlySet<string> {
  const accented = [word, word.replace(/[äöü]/g, (umlaut) => `${bareForm(umlaut)}e`)];
  const spellings = word.startsWith(FOREIGN) ? [word] : [...accented, bareForm(word)];
  return new Set(spellings.flatMap((spelling) => [spelling, spelling.replaceAll("'", '')]));
}

/** A drawn-out word ("yesss", "siiim", "jaa") with each letter once; undefined for one that is written as it is spelled. */
export function undrawn(word: string): string | undefined {
  return !word.startsWith(FOREIGN) && mayBeDrawnOut(word) ? eachLetterOnce(word) : undefined;
}

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Devanagari}/u, /\p{Script=Arabic}/u];

/** Whether all words are written in one of the scripts of the shipped languages. */
export function inOneScript(words: readonly string[]): boolean {
  return SCRIPTS.some((script) => words.every((word) => script.test(word)));
}

/** Scripts with letters that look like those of another one. */
const LOOK_ALIKES = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Devanagari}/u,
];

/** Whether a word mixes scripts as no word of any language does. Japanese words do mix theirs. */
export function mixesScripts(word: string): boolean {
  const letters = [...word].filter((character) => /\p{L}/u.test(character));
  return LOOK_ALIKES.some((script) => {
    const own = letters.filter((letter) => script.test(letter));
    return own.length > 0 && own.length < letters.length;
  });
}

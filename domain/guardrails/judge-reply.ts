import { BOOKING_LOCALES, type BookingLocale } from '../booking/booking';
import { cleanText, isBlank } from '../clean-text';
import { eachLetterOnce } from './drawn-out';
import { inOneScript, mixesScripts, replyWords, spellingsOf, undrawn } from './reply-words';
import { findTellingWord } from './telling-words';
import { WORDS } from './words';

/** What a customer's reply to "is this right?" is. Only `yes` books. */
export type ReplyVerdict = 'yes' | 'no' | 'change' | 'question' | 'unclear' | 'empty';

export interface ReplyRules {
  readonly locale: BookingLocale;
  /** The tenant's own phrases that count as a yes, beside those of the locale. */
  readonly ownPhrases: readonly string[];
}

/** Longer than any plain yes. */
const YES_MAX_CODE_POINTS = 200;
/** As much as is read of a reply that is too long for a yes anyway, to tell a no from a muddle. */
const READ_MAX_UNITS = 2_000;
const OWN_PHRASE_MAX_CODE_POINTS = 60;

/** The question marks of all scripts. The Greek one is a semicolon as soon as Unicode has normalised it. */
const QUESTION_MARK = /[?\u00BF\u037E\u061F\u203D\u2047-\u2049\u2E2E\uFE16\uFE56\uFF1F❓❔⁉]/u;

/**
 * Judges a reply, word for word as the customer gave it. A yes is a reply that is made of nothing but phrases of the booking's
 * language, or of the tenant's own, at least one of which says yes by itself. Nothing is looked for within a longer text, and
 * nothing is guessed: what is not known is no yes.
 */
export function judgeReply(reply: string, rules: ReplyRules): ReplyVerdict {
  const read = reply.slice(0, READ_MAX_UNITS);
  if (isBlank(read.replace(/\p{Default_Ignorable_Code_Point}/gu, ''))) return 'empty';
  const telling = findTellingWord(read, { idioms: true })?.tells;
  if (telling === 'no' || telling === 'change') return telling;
  if (telling === 'question' || QUESTION_MARK.test(read)) return 'question';
  return isYes(reply, rules) ? 'yes' : 'unclear';
}

/** Why a phrase cannot be one of a tenant's own for yes; undefined when it can. */
export function ownPhraseProblem(phrase: string): string | undefined {
  const cleaned = cleanText(phrase, { maxCodePoints: OWN_PHRASE_MAX_CODE_POINTS, multiline: false });
  if (!cleaned.ok) return cleaned.problem;
  const { value } = cleaned;
  if (!/\p{L}/u.test(value)) return 'must have a letter in it';
  if (QUESTION_MARK.test(phrase)) return 'must not have a question mark in it';
  if (replyWords(value) === undefined)
    return 'must be made of words only, without digits, quotation marks or other signs';
  if (value.split(/[^\p{L}\p{M}]+/u).some(mixesScripts)) return 'must not mix the letters of several scripts in a word';
  const telling = findTellingWord(value, { idioms: false });
  if (telling === undefined) return undefined;
  return `must not hold "${telling.phrase}", which ${WHAT_IT_TELLS[telling.tells]}`;
}

const WHAT_IT_TELLS = {
  no: 'is a no',
  change: 'asks for a change',
  question: 'asks a question',
} as const;

interface PhraseWord {
  readonly spellings: ReadonlySet<string>;
  /** The same, each letter once: what a drawn-out word is compared with. */
  readonly bones: ReadonlySet<string>;
}
type Phrase = readonly PhraseWord[];

interface Vocabulary {
  readonly affirmations: readonly Phrase[];
  /** What may stand beside an affirmation. */
  readonly others: readonly Phrase[];
  /** What a reply may begin with, right before a yes of one word. */
  readonly greetings: readonly Phrase[];
}

/** A yes that, written without its accent, is an "if" as well: "confirmo si todo está bien". */
const YES_OR_IF: Partial<Record<BookingLocale, string>> = { es: 'si' };

const VOCABULARIES = Object.fromEntries(
  BOOKING_LOCALES.map((locale) => {
    const { affirmations, assents, courtesies, greetings } = WORDS[locale];
    const others = phrasesOf(`${assents}, ${courtesies}`);
    return [locale, { affirmations: phrasesOf(affirmations), others, greetings: phrasesOf(greetings) }];
  }),
) as Readonly<Record<BookingLocale, Vocabulary>>;

function phrasesOf(list: string): readonly Phrase[] {
  return list.split(', ').flatMap(phraseOf);
}

/** None for a text that no reply could be equal to. */
function phraseOf(text: string): readonly Phrase[] {
  const words = replyWords(text) ?? [];
  return words.length === 0 ? [] : [words.map(phraseWord)];
}

function phraseWord(word: string): PhraseWord {
  const spellings = spellingsOf(word);
  return { spellings, bones: new Set([...spellings].map(eachLetterOnce)) };
}

function isYes(reply: string, { locale, ownPhrases }: ReplyRules): boolean {
  if (reply.length > YES_MAX_CODE_POINTS * 2 || [...reply].length > YES_MAX_CODE_POINTS) return false;
  const words = replyWords(reply);
  if (words === undefined) return false;
  const own = ownPhrases.filter((phrase) => ownPhraseProblem(phrase) === undefined).flatMap(phraseOf);
  // In several scripts it takes words of the tenant's to be a yes: ours are of one script each.
  const ours = inOneScript(words) ? VOCABULARIES[locale] : { affirmations: [], others: [], greetings: [] };
  const vocabulary = { ...ours, affirmations: [...ours.affirmations, ...own] };
  return !mayBeCondition(words, vocabulary, YES_OR_IF[locale]) && isMadeOf(words, vocabulary);
}

/**
 * Whether the word that is "yes" or "if" may be the "if": it stands within the reply (but for "claro que si"), or another yes
 * comes later than right behind it ("si todo está bien, confirmo").
 */
function mayBeCondition(words: readonly string[], { affirmations }: Vocabulary, either: string | undefined): boolean {
  const begins = words.findIndex((word) => word !== either);
  if (begins === -1) return false;
  if (words.some((word, index) => index > begins && word === either && words[index - 1] !== 'que')) return true;
  const isYesAt = (start: number) => affirmations.some((phrase) => standsAt(phrase, words, start));
  return begins > 0 && !isYesAt(begins) && words.some((_, start) => start > begins && isYesAt(start));
}

/** Whether the words can be cut into phrases, at least one of them an affirmation. */
function isMadeOf(words: readonly string[], { affirmations, others, greetings }: Vocabulary): boolean {
  // How far phrases reach from the beginning: `plain` without an affirmation among them, `affirmed` with one.
  const plain = new Set([0]);
  const affirmed = new Set<number>();
  for (const { length } of greetings.filter((phrase) => standsAt(phrase, words, 0))) {
    if (affirmations.some((yes) => yes.length === 1 && standsAt(yes, words, length))) affirmed.add(length + 1);
  }
  for (const start of words.keys()) {
    const [isPlain, isAffirmed] = [plain.has(start), affirmed.has(start)];
    if (!isPlain && !isAffirmed) continue;
    for (const phrase of affirmations) if (standsAt(phrase, words, start)) affirmed.add(start + phrase.length);
    for (const phrase of others) {
      if (!standsAt(phrase, words, start)) continue;
      if (isPlain) plain.add(start + phrase.length);
      if (isAffirmed) affirmed.add(start + phrase.length);
    }
  }
  return affirmed.has(words.length);
}

function standsAt(phrase: Phrase, words: readonly string[], start: number): boolean {
  return phrase.every(({ spellings, bones }, index) => {
    const word = words[start + index] ?? '';
    const bone = undrawn(word);
    return spellings.has(word) || (bone !== undefined && bones.has(bone));
  });
}

import type { LocaleWords } from './locale-words';

/** "Yeah", "yep", "ok", "sure", "fine", "correct" are left out of the affirmations on purpose: people say them while they read on. */
export const ENGLISH_WORDS: LocaleWords = {
  affirmations:
    'yes, confirm, confirmed, confirm it, confirm the order, confirm my order, confirm this order, order confirmed, ' +
    'i confirm, i do confirm, i confirm it, i confirm this, i confirm that, i confirm the order, i confirm my order, ' +
    'i confirm this order, i agree, agreed, confirm order',
  assents:
    "that's right, that is right, that's correct, that is correct, it's right, it is right, it's correct, " +
    "it is correct, this is right, this is correct, everything's right, everything's correct, everything is right, " +
    'everything is correct, all correct, correct, exactly, absolutely, definitely, indeed, of course, it is, ok, ' +
    'okay, sure, good, great, perfect, all good, looks good, looks right, looks correct, it looks good, ' +
    'it looks right, that looks good, that looks right, go ahead, book it, place it, place the order, ' +
    "place my order, i'm sure, i am sure, that's all, that is all, that's it, that's everything, that will be all, " +
    "that's fine, that is fine, that's perfect, that is perfect, that's all correct, it's fine, it's perfect, " +
    "it's all correct, it's all good, everything's fine, everything is fine, everything's good, everything is good, " +
    'everything looks good, all right, alright, fine, sounds good, sounds great, sounds perfect, looks great, ' +
    'looks perfect, looks fine, awesome, cool, excellent, lovely, wonderful, nice, yeah, yep, yup, yea, i do, ' +
    'i accept, do it, go for it, order, order it, place order, book',
  courtesies:
    'please, thanks, thank you, thanks a lot, many thanks, thank you very much, thank you so much, pls, plz, ' +
    "thx, thanx, ty, tysm, thank u, thanks so much, cheers, sir, madam, ma'am",
  greetings: 'hi, hello, hey, oh',
  negations:
    "no, nope, nah, not, never, none, nothing, neither, nor, don't, dont, doesn't, doesnt, didn't, didnt, isn't, " +
    "isnt, aren't, arent, wasn't, wasnt, won't, wont, wouldn't, wouldnt, shouldn't, shouldnt, couldn't, couldnt, " +
    "can't, cant, cannot, haven't, havent, wrong, incorrect, disagree, decline, refuse, reject, cancel, " +
    'canceled, cancelled, stop',
  changes:
    'but, wait, hold, hang on, instead, rather, actually, change, changes, changed, edit, modify, replace, swap, ' +
    'switch, add, also, another, other, different, more, extra, plus, less, fewer, minus, without, except, ' +
    'remove, delete, drop, make it, make that, mistake, although, though, however, only, if, unless, depends, ' +
    'later, maybe, perhaps, almost, first',
  questions:
    "what, what's, when, where, who, why, how, which, is there, are there, are you, can i, " +
    'can you, could i, could you, do you, does it, did you, will it, will you',
  idioms: 'why not',
};

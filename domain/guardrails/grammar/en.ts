import type { OrderGrammar } from './order-grammar';

export const ENGLISH_GRAMMAR: OrderGrammar = {
  fillers: 'the of your those these that this my our',
  joiners: 'with in on',
  counters:
    'more single extra times time portion portions piece pieces pc pcs order orders serving servings x units unit',
  and: 'and plus n',
  but: 'but so then',
  or: 'or',
  to: 'to till until thru through times',
  between: 'between',
  notAmounts:
    'about, around, approximately, approx, roughly, circa, maybe, perhaps, possibly, least, most, than, over, under, nearly, almost, up to, max, maximum, min, minimum, every, number, no, nr, num, table, room, apartment, apt, flat, house, floor, gate, street, at, by, until, till, before, after, since, past, age, aged, size, some, any',
  fractions: 'half halves quarter quarters third thirds',
  amends: 'maybe, perhaps, possibly, probably, minus, less, plus',
  each: 'each, apiece, per, for each, for everyone, for everybody, a head, a person',
  closers: 'please, pls, plz, thanks, thank you, thank u, cheers, only, just, them, those, these, it',
  answers:
    'i d would like want wanna ll will take have ve had get give need me we please just only make yes yeah yep ok okay ' +
    'let s m you so well hmm um uh hi hello hey can could may order add my total is be sure great perfect do ' +
    'right good fine sir madam',
  corrections: 'actually make sorry wait rather instead correction no nope oops scratch change mean meant better',
  nothing:
    'usual same something anything everything nothing it them one ones thing things stuff item items order food ' +
    'other another more else any all both',
  negations:
    "no, not, don't, dont, doesn't, won't, wouldn't, can't, cannot, without, w/o, never, except, instead of, rather than, minus, neither, nor, none, nothing, less",
  cancellations: 'cancel, remove, skip, drop, delete, hold the, take off, leave out, get rid of, forget',
  negationsAfter: 'no, canceled, cancelled, removed',
  takebacks:
    'cancel that, cancel it, cancel this, cancel everything, never mind, nevermind, nvm, forget it, forget that, forget about it, scratch that, drop that',
  verbsAtEnd: '',
  verbStems: '',
  wants: '',
};

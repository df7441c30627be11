import type { OrderGrammar } from './order-grammar';

export const GERMAN_GRAMMAR: OrderGrammar = {
  fillers:
    'der die das den dem des von vom euren eure eurer ihre ihrer ihren diese dieser diesen dieses meine meinen unsere unseren',
  joiners: 'mit im in zum zur',
  counters: 'mal weitere weiterer weiteren weiteres stück stücke stk portion portionen einheiten bitte x',
  and: 'und sowie plus u',
  but: 'aber sondern dann also',
  or: 'oder bzw',
  to: 'bis mal',
  between: 'zwischen',
  notAmounts:
    'etwa, ungefähr, circa, ca, rund, knapp, fast, vielleicht, eventuell, evtl, mindestens, höchstens, maximal, minimal, max, min, mehr als, weniger als, über, unter, um, gegen, ab, bis, bis zu, nach, vor, seit, nummer, nr, tisch, zimmer, wohnung, hausnummer, etage, stock, straße, str, je, alle, größe, so',
  fractions: 'halb halbe halber halbes halben einhalb viertel drittel anderthalb',
  amends: 'vielleicht, eventuell, evtl, möglicherweise, wahrscheinlich, minus, weniger, plus',
  each: 'je, jeweils, pro, für jeden, für jede, pro person, pro kopf',
  closers: 'bitte, danke, dankeschön, danke schön, nur, davon, stück, stk, mal',
  answers:
    'ich hätte gern gerne möchte will würde nehme nehmen wollen wir brauche bräuchte haben gib geben sie mir uns ja ok okay also gut ' +
    'hallo guten tag abend morgen moin es sind wären bitte insgesamt mach machen na dann genau passt perfekt bestellen bestelle ' +
    'reichen genügen davon reicht genügt',
  corrections: 'doch lieber sorry moment nein entschuldigung korrektur stattdessen quatsch halt meine meinte besser',
  nothing:
    'übliche üblichen gleiche gleichen selbe selben etwas was alles nichts ding dinge sache sachen bestellung essen ' +
    'andere anderen anderes es sie eins welche davon immer beide beides',
  negations:
    'kein, keine, keinen, keinem, keiner, keines, nicht, nichts, ohne, nie, niemals, weder, außer, statt, anstatt, anstelle, nein, minus',
  cancellations: 'storniere, stornieren, storniert, streiche, streichen, entferne, entfernen, weglassen',
  negationsAfter: 'nicht, nicht mehr, doch nicht, bitte nicht, streichen, stornieren, weglassen, nein, weg',
  takebacks:
    'vergiss es, vergessen sie es, vergiss das, streich das, storniere das, storniert das, lass es, lassen sie es, lass mal, doch nicht',
  verbsAtEnd: '',
  verbStems: '',
  wants: '',
};

import { BOOKING_LOCALES, type BookingLocale } from '../../../../domain/booking/booking';
import { judgeReply, ownPhraseProblem, type ReplyVerdict } from '../../../../domain/guardrails/judge-reply';
import { WORDS } from '../../../../domain/guardrails/words';
import type { LocaleWords } from '../../../../domain/guardrails/words/locale-words';
import { cpuMilliseconds } from '../../../support/cpu-milliseconds';
import fc from '../../../support/fast-check';

function judge(reply: string, locale: BookingLocale = 'en', ownPhrases: readonly string[] = []): ReplyVerdict {
  return judgeReply(reply, { locale, ownPhrases });
}

function phrases(locale: BookingLocale, ...fields: readonly (keyof LocaleWords)[]): readonly string[] {
  return fields.flatMap((field) => WORDS[locale][field].split(', '));
}

const YES: Readonly<Record<BookingLocale, readonly string[]>> = {
  en: [
    'hello, yes please',
    'yes',
    'YES!',
    'Yes.',
    ' yes ',
    '\u00A0yes\n',
    'yes…',
    'yes;',
    'yes yes yes',
    'yess',
    'Yesss!!',
    'YEEESSS',
    'yesss, thaaank you',
    'Yes, yes!',
    'confirm',
    'Confirmed.',
    'confirm please',
    'yes, confirm',
    'yes.confirm',
    'I confirm',
    'Yes, I confirm!',
    'I confirm my order, thank you very much.',
    'yes please',
    'Please, yes',
    'Yes, thank you',
    "Yes, that's right",
    'yes, that’s right',
    'yes thats right',
    'Yes, that is right',
    "Yes. That's correct. Please confirm my order!",
    'yes, book it',
    "yes that's all thx",
    'Yes pls',
    'yep, confirm order',
    'Yeah yes sir, sounds good',
    'hi, yes I do',
    'oh yes, that’s perfect ty',
    'Yes — go ahead',
    'ok, yes',
    'sure, yes, of course',
    'I agree',
    'Yes 👍',
    'yes👍',
    '👍🏽 yes',
    'yes ✅',
    'yes ✅\uFE0F',
    'yes 🙏🙏🙂😊👌',
    'yes ❤️',
    'yes 😄😋🎉',
    '🙌🏽 yes!!! 💯',
    'yes ☑️',
    'Yes :)',
    'yes, thank you :-)',
    'ＹＥＳ！',
    '\u200Eyes\u200E',
  ],
  es: [
    'si, confirmo',
    'Si si',
    'claro que si',
    'sí',
    'Si',
    'SÍ',
    'si\u0301',
    '¡Sí!',
    'sí sí',
    'siii',
    'Sííí',
    'sí, confirmo',
    '¡Sí, confirmo!',
    'Confirmo.',
    'Lo confirmo',
    'Confirmado',
    'confirmo el pedido',
    'confírmelo por favor',
    'confirmelo',
    'sí por favor',
    'Sí, gracias',
    'sí, está bien',
    'si, esta bien',
    'SÍ, CORRECTO',
    'claro que sí, confirmo',
    'Por supuesto que sí',
    'sí claro',
    'hola, sí, eso es todo, porfis',
    'si dale, acepto',
    'sí quiero',
    'sí señor, todo ok',
    'de acuerdo',
    'Sí, adelante, muchas gracias',
    'vale, sí',
    'sí 👍',
  ],
  fr: [
    'oui',
    'Oui !',
    'Oui\u00A0!',
    'OUI',
    'oui oui',
    'ouii',
    'OUIII!',
    'je confirme',
    'Oui, je confirme.',
    'Je confirme ma commande',
    'confirmé',
    'CONFIRMEE',
    'je valide',
    'd’accord',
    "D'accord, merci",
    'daccord',
    'oui s’il vous plaît',
    "oui s'il vous plait",
    'oui s il te plait',
    'Oui svp',
    'oui merci',
    'oui, c’est ça',
    "oui c'est ca",
    'oui, c’est bon, allez-y',
    'oui, bien sûr',
    'oui nickel, ça me va',
    'ouais, je confirme',
    "bonjour oui c'est tout merci d'avance",
    'Oui, tout est correct. Merci beaucoup !',
    'bien sûr que oui',
    'oui 👌',
  ],
  de: [
    'ja',
    'Ja!',
    'JA',
    'ja ja',
    'jaa',
    'JAAA!',
    'ja, bitte',
    'bitte ja',
    'Ja gerne',
    'Ich bestätige',
    'ich bestaetige',
    'ich bestatige',
    'ICH BESTÄTIGE DIE BESTELLUNG',
    'hiermit bestätige ich die Bestellung',
    'Ja, ich bestätige.',
    'Bestätigt',
    'bestätigen, bitte',
    'Ja, das stimmt so.',
    'Ja, stimmt alles',
    'Ja, alles richtig',
    'Ja, in Ordnung',
    'ja passt',
    'ja genau',
    'hallo, ja, das war’s',
    'jo, ich bestätige',
    'ja alles gut lieben Dank',
    'ja, natürlich',
    'ja, natuerlich',
    'jawohl',
    'Einverstanden, danke',
    'Ja, vielen Dank!',
    'ja 👍🏻',
  ],
  pt: [
    'sim',
    'Sim!',
    'SIM',
    'sim sim',
    'simm',
    'siiim',
    'sim, confirmo',
    'CONFIRMO',
    'Eu confirmo',
    'confirmado',
    'confirmo o pedido',
    'confirmo o meu pedido',
    'pode confirmar',
    'sim, pode confirmar, obrigado',
    'Sim, por favor',
    'se faz favor, sim',
    'sim, obrigada',
    'concordo',
    'de acordo',
    'claro que sim',
    'sim, está certo',
    'sim, esta certo',
    'sim, é isso',
    'sim e isso',
    'SIM, ISSO MESMO',
    'sim, tudo certo',
    'sim, com certeza',
    'oi sim, só isso obg',
    'sim tá tudo certo, pode mandar pfv',
    'blz, sim, fechado',
    'sim, eu quero',
    'sim 👍',
  ],
  hi: [
    'हाँ',
    'हां',
    'हाँ!',
    'हाँ।',
    'हाँ हाँ',
    'जी हाँ',
    'जी हां!',
    'जी, हाँ',
    'हाँ जी',
    'हांजी',
    'हाँ, सही है',
    'हां बिल्कुल सही है',
    'हाँ, ठीक है',
    'हाँ कृपया',
    'जी हाँ, धन्यवाद',
    'हाँ ज़रूर',
    'हाँ ज\u093Cरूर',
    'हाँ जरूर',
    'मैं पुष्टि करता हूँ',
    'मैं पुष्टि करती हूं',
    'हाँ, पुष्टि करें।',
    'कन्फर्म करें',
    'कन्फ़र्म कर दीजिए',
    'सहमत हूँ',
    'haan',
    'haaan',
    'Haan ji',
    'ji haan, dhanyavaad',
    'haan, sahi hai',
    'yes ji, confirm kardo',
    'haan bhai, pakka, bhej do',
    'हाँ भैया, बस यही',
    'हाँ चाहिए',
    'ji haa',
    'हाँ 🙏',
  ],
  ar: [
    'نعم',
    'نعم!',
    'نعم.',
    'نَعَم',
    'نعـــم',
    'نعم نعم',
    'نعممم',
    'نعم، أؤكد',
    'نعم؛ أؤكد',
    'أؤكد',
    'اؤكد',
    'أُؤَكِّد',
    'أؤكد الطلب',
    'أنا أؤكد الطلب',
    'تم التأكيد',
    'موافق',
    'أنا موافقة',
    'نعم من فضلك',
    'نعم لو سمحت',
    'نعم، هذا صحيح',
    'نعم كل شيء صحيح',
    'نعم شكرا',
    'نعم شكرًا جزيلًا',
    'نعم، تمام',
    'نعم، هذا كل شيء، الله يعطيك العافية',
    'السلام عليكم نعم اعتمد الطلب',
    'بالتأكيد نعم',
    '\u200Fنعم\u200F',
    '\u061Cنعم ',
    'أيوه',
    'ايوة',
    'aywa',
    'نعم 👍',
  ],
};

type NotYes = Exclude<ReplyVerdict, 'yes'>;
const NOT_YES: Readonly<Record<BookingLocale, readonly (readonly [reply: string, verdict: NotYes])[]>> = {
  en: [
    ['yes, hello', 'unclear'],
    ['hello sir order confirmed', 'unclear'],
    ['I want it confirmed', 'unclear'],
    ['', 'empty'],
    ['   \n', 'empty'],
    ['\u200B\u200D', 'empty'],
    ['\u3164', 'empty'],
    ['.', 'unclear'],
    ['yes?', 'question'],
    ['yes？', 'question'],
    ['yes!?', 'question'],
    ['yes⁉', 'question'],
    ['yes ❓', 'question'],
    ['yes\u037E', 'question'],
    ['YES ???', 'question'],
    ['confirm?', 'question'],
    ['is that right?', 'question'],
    ['is that a yes', 'unclear'],
    ['what does yes mean here', 'question'],
    ['how much is it', 'question'],
    ['yes but make it two', 'change'],
    ['yes, but two', 'change'],
    ['yes but', 'change'],
    ['sure why not… wait', 'change'],
    ['yes... hold on', 'change'],
    ['yes, and add a cola', 'change'],
    ['yes without onions', 'change'],
    ['yes, only one', 'change'],
    ['yes if it is under 20', 'change'],
    ['yes, maybe', 'change'],
    ['make it three', 'change'],
    ['Actually, add two colas', 'change'],
    ['no, make it two', 'no'],
    ['wait', 'change'],
    ['no', 'no'],
    ['No thanks', 'no'],
    ['nooo', 'no'],
    ['NOOOO!', 'no'],
    ['yesss nooo', 'no'],
    ['yesss buuut', 'change'],
    ['waaait', 'change'],
    ['yesss?', 'question'],
    ['pass', 'unclear'],
    ['yyes', 'unclear'],
    ['yessѕ', 'unclear'],
    ['yes yeѕѕѕ', 'unclear'],
    ['okkk', 'unclear'],
    ['nope', 'no'],
    ['not yet', 'no'],
    ["don't", 'no'],
    ['don’t confirm', 'no'],
    ['dont', 'no'],
    ['yes no', 'no'],
    ['yes/no', 'no'],
    ['yes\nno', 'no'],
    ['yes n\u200Bo', 'no'],
    ['yes ＮＯ', 'no'],
    ['yes, nó', 'no'],
    ['cancel', 'no'],
    ['please cancel my order', 'no'],
    ['I cannot confirm', 'no'],
    ['that is wrong', 'no'],
    ['yes<!-- no', 'no'],
    ['sure why not', 'unclear'],
    ['why not', 'unclear'],
    ['"yes"', 'unclear'],
    ['“yes”', 'unclear'],
    ['«yes»', 'unclear'],
    ["'yes'", 'unclear'],
    ['‘yes’', 'unclear'],
    ["yes'", 'unclear'],
    ['`yes`', 'unclear'],
    ['the customer said yes', 'unclear'],
    ['she said "yes" to her friend', 'unclear'],
    ['yes, she said', 'unclear'],
    ['yes tomorrow', 'unclear'],
    ['yes in a bit', 'unclear'],
    ['yeah right', 'unclear'],
    ['yep thats all', 'unclear'],
    ['yes I guess', 'unclear'],
    ['i will confirm', 'unclear'],
    ['please confirm the price', 'unclear'],
    ['yes I am allergic to nuts', 'unclear'],
    ['yes same as last time', 'unclear'],
    ['yes sorry three', 'unclear'],
    ['order confirmed right', 'unclear'],
    ['👍', 'unclear'],
    ['✅✅', 'unclear'],
    ['👍 thanks', 'unclear'],
    ['yes 👎', 'unclear'],
    ['yes 🙄', 'unclear'],
    ['yes 😂', 'unclear'],
    ['yes 😅', 'unclear'],
    ['yes 😉', 'unclear'],
    ['yes 🤔', 'unclear'],
    ['yes 💔', 'unclear'],
    ['yes :(', 'unclear'],
    ['yes ;)', 'unclear'],
    ['yes :', 'unclear'],
    ['yes )', 'unclear'],
    ['❤️🎉', 'unclear'],
    [':)', 'unclear'],
    ['yes 🇬🇧', 'unclear'],
    ['ye👍s', 'unclear'],
    ['ok', 'unclear'],
    ['okay thanks', 'unclear'],
    ['sure', 'unclear'],
    ['fine', 'unclear'],
    ['yeah', 'unclear'],
    ['yep', 'unclear'],
    ['y', 'unclear'],
    ['correct', 'unclear'],
    ["that's right", 'unclear'],
    ['please', 'unclear'],
    ['thank you', 'unclear'],
    ['1', 'unclear'],
    ['yes 2', 'unclear'],
    ['yes ²', 'unclear'],
    ['yes two', 'unclear'],
    ['yes and', 'unclear'],
    ['yes-ish', 'unclear'],
    ['yesterday', 'unclear'],
    ['yesno', 'unclear'],
    ['yesyes', 'unclear'],
    ['y e s', 'unclear'],
    ['y.e.s', 'unclear'],
    ['уes', 'unclear'],
    ['yеs', 'unclear'],
    ['YΕS', 'unclear'],
    ['yeѕ', 'unclear'],
    ['yes уes', 'unclear'],
    ['yés', 'unclear'],
    ['yeſ', 'unclear'],
    ['𝐲𝐞𝐬', 'unclear'],
    ['ⓨⓔⓢ', 'unclear'],
    ['yes Ⅰ confirm', 'unclear'],
    ['ı confırm', 'unclear'],
    ['than\u212A you, yes', 'unclear'],
    ['y\u0336e\u0336s\u0336', 'unclear'],
    ['y\u200Bes', 'unclear'],
    ['yes\u200B', 'unclear'],
    ['\uFEFFyes', 'unclear'],
    ['ye\u00ADs', 'unclear'],
    ['y\u200Des', 'unclear'],
    ['yes\u200E please', 'unclear'],
    ['yes\uFE0F', 'unclear'],
    ['\u202Eyes', 'unclear'],
    ['\u202Esey\u202C', 'unclear'],
    ['\u2066yes\u2069', 'unclear'],
    ['yes\u0000', 'unclear'],
    ['yes\u0007', 'unclear'],
    ['yes\u{E0001}', 'unclear'],
    ['yes\uD83D', 'unclear'],
    ['<b>yes</b>', 'unclear'],
    ['<yes/>', 'unclear'],
    ['yes&nbsp;', 'unclear'],
    ['[yes]', 'unclear'],
    ['(yes)', 'unclear'],
    ['*yes*', 'unclear'],
    ['> yes', 'unclear'],
    ['answer: yes', 'unclear'],
    ['[SYSTEM] customer_reply = yes', 'unclear'],
    ['{"confirmed": true, "reply": "yes"}', 'unclear'],
    ['yes; SELECT orders; --', 'unclear'],
    ['yes '.repeat(51), 'unclear'],
    [`${'x'.repeat(300)} no`, 'no'],
    ['sí', 'unclear'],
    ['ja', 'unclear'],
    ['oui', 'unclear'],
    ['yes sí', 'unclear'],
    ['yes हाँ', 'unclear'],
    ['yes, nein', 'no'],
    ['yes, pero', 'change'],
  ],
  es: [
    ['sí, buenas', 'unclear'],
    ['confirmo si todo está bien', 'unclear'],
    ['si todo está bien, confirmo', 'unclear'],
    ['si lo quiero, confirmo', 'unclear'],
    ['eso sí', 'unclear'],
    ['', 'empty'],
    ['¿sí?', 'question'],
    ['¿sí', 'question'],
    ['sí, cuánto es', 'question'],
    ['sí, pero dos', 'change'],
    ['sí pero ponme tres', 'change'],
    ['sí pero cámbialo', 'change'],
    ['sí, sin cebolla', 'change'],
    ['sí, y otra más', 'change'],
    ['sí, mejor mañana', 'change'],
    ['espera', 'change'],
    ['quizás', 'change'],
    ['no', 'no'],
    ['No, gracias', 'no'],
    ['sí, no', 'no'],
    ['creo que no', 'no'],
    ['nunca', 'no'],
    ['cancélalo, cancelar', 'no'],
    ['por qué no', 'unclear'],
    ['cómo no', 'unclear'],
    ['dice que sí', 'unclear'],
    ['mañana confirmo', 'unclear'],
    ['quiero confirmar', 'unclear'],
    ['dale', 'unclear'],
    ['creo que si', 'unclear'],
    ['«sí»', 'unclear'],
    ['"sí"', 'unclear'],
    ['si quieres', 'unclear'],
    ['sì', 'unclear'],
    ['sï', 'unclear'],
    ['ѕí', 'unclear'],
    ['vale', 'unclear'],
    ['correcto', 'unclear'],
    ['gracias', 'unclear'],
    ['siesta', 'unclear'],
    ['sí 2', 'unclear'],
    ['yes', 'unclear'],
    ['sim', 'unclear'],
    ['sí, aber zwei', 'change'],
    ['sí, नहीं', 'no'],
  ],
  fr: [
    ['oui, bonjour', 'unclear'],
    ['bonjour madame, confirmez svp', 'unclear'],
    ['', 'empty'],
    ['oui ?', 'question'],
    ['oui\u202F?', 'question'],
    ['oui, combien', 'question'],
    ["oui, est-ce que c'est bon", 'question'],
    ['oui mais deux', 'change'],
    ['mais oui', 'change'],
    ['oui, sans oignons', 'change'],
    ['oui sauf le café', 'change'],
    ['oui, ajoutez un café', 'change'],
    ['attendez', 'change'],
    ['plutôt trois', 'change'],
    ['peut-être', 'change'],
    ['pas encore', 'no'],
    ['non', 'no'],
    ['Non merci', 'no'],
    ['oui et non', 'no'],
    ['je ne confirme pas', 'no'],
    ["c'est pas ça", 'no'],
    ['annulez', 'no'],
    ['pourquoi pas', 'unclear'],
    ['il a dit « oui »', 'unclear'],
    ['je confirmerai demain', 'unclear'],
    ['mouais', 'unclear'],
    ['« oui »', 'unclear'],
    ['ouais', 'unclear'],
    ['si', 'unclear'],
    ['ok', 'unclear'],
    ["c'est bon", 'unclear'],
    ['merci', 'unclear'],
    ['ouistiti', 'unclear'],
    ['oui.2', 'unclear'],
    ['оui', 'unclear'],
    ['o\u200Bui', 'unclear'],
    ['ja', 'unclear'],
    ['oui oui oui je', 'unclear'],
    ['oui, but', 'change'],
    ['oui لا', 'no'],
  ],
  de: [
    ['ja, hallo', 'unclear'],
    ['ja, guten Tag', 'unclear'],
    ['', 'empty'],
    ['ja?', 'question'],
    ['ja, was kostet das', 'question'],
    ['ja, wann denn', 'question'],
    ['ja, aber zwei', 'change'],
    ['ja, doch lieber drei', 'change'],
    ['ja, ohne Salz', 'change'],
    ['ja, und noch eine Cola', 'change'],
    ['ja, ausser der Brezel', 'change'],
    ['ja, außer der Brezel', 'change'],
    ['aber ja', 'change'],
    ['Moment', 'change'],
    ['noch nicht', 'no'],
    ['ja, wenn es heute kommt', 'change'],
    ['vielleicht', 'change'],
    ['nein', 'no'],
    ['ja nein', 'no'],
    ['nein danke', 'no'],
    ['NÖ', 'no'],
    ['ich bestätige nicht', 'no'],
    ['das ist falsch', 'no'],
    ['bitte stornieren', 'no'],
    ['warum nicht', 'unclear'],
    ['jein', 'no'],
    ['ja schon', 'unclear'],
    ['ja toll', 'unclear'],
    ['na ja', 'unclear'],
    ['ja mal sehen', 'unclear'],
    ['ja morgen', 'unclear'],
    ['Januar', 'unclear'],
    ['sie sagte „ja“', 'unclear'],
    ['„ja“', 'unclear'],
    ['jo', 'unclear'],
    ['jep', 'unclear'],
    ['jaaa neiiin', 'no'],
    ['genau', 'unclear'],
    ['passt', 'unclear'],
    ['bitte', 'unclear'],
    ['ok', 'unclear'],
    ['já', 'unclear'],
    ['јa', 'unclear'],
    ['ja zwei', 'unclear'],
    ['oui', 'unclear'],
    ['ja, sin', 'change'],
    ['ja नहीं', 'no'],
  ],
  pt: [
    ['sim, oi', 'unclear'],
    ['', 'empty'],
    ['sim?', 'question'],
    ['sim, quanto é', 'question'],
    ['sim, mas dois', 'change'],
    ['sim, só que sem sal', 'change'],
    ['sim, mais um', 'change'],
    ['sim e também um café', 'change'],
    ['espera, quero um café', 'change'],
    ['quero trocar', 'change'],
    ['peraí', 'change'],
    ['talvez', 'change'],
    ['ainda não', 'no'],
    ['não', 'no'],
    ['nao', 'no'],
    ['na\u0303o', 'no'],
    ['sim e não', 'no'],
    ['não, obrigado', 'no'],
    ['está errado', 'no'],
    ['cancela', 'no'],
    ['por que não', 'unclear'],
    ['ele disse "sim"', 'unclear'],
    ['pois sim', 'unclear'],
    ['confirmo amanhã', 'unclear'],
    ['quero confirmar', 'unclear'],
    ['acho que sim', 'unclear'],
    ['“sim”', 'unclear'],
    ['simples', 'unclear'],
    ['sím', 'unclear'],
    ['já', 'unclear'],
    ['isso', 'unclear'],
    ['pode ser', 'unclear'],
    ['beleza', 'unclear'],
    ['certo', 'unclear'],
    ['obrigado', 'unclear'],
    ['tá', 'unclear'],
    ['sіm', 'unclear'],
    ['sim 1', 'unclear'],
    ['sí', 'unclear'],
    ['sim, mais', 'change'],
    ['sim لا', 'no'],
  ],
  hi: [
    ['haan hello', 'unclear'],
    ['', 'empty'],
    ['हाँ?', 'question'],
    ['क्या', 'question'],
    ['हाँ, कितना', 'question'],
    ['haan kya', 'question'],
    ['हाँ लेकिन दो', 'change'],
    ['हाँ पर बिना मिर्च', 'change'],
    ['हाँ, और एक लस्सी', 'change'],
    ['हाँ, एक लस्सी भी', 'change'],
    ['रुको', 'change'],
    ['बदल दो', 'change'],
    ['haan lekin do', 'change'],
    ['शायद', 'change'],
    ['नहीं', 'no'],
    ['नही', 'no'],
    ['जी नहीं', 'no'],
    ['हाँ या नहीं', 'no'],
    ['ना', 'no'],
    ['अभी नहीं', 'no'],
    ['रद्द करें', 'no'],
    ['गलत है', 'no'],
    ['nahi', 'no'],
    ['क्यों नहीं', 'unclear'],
    ['ठीक है', 'unclear'],
    ['कल कन्फर्म करूँगा', 'unclear'],
    ['haan na', 'unclear'],
    ['haa haa', 'unclear'],
    ['confirm karna hai', 'unclear'],
    ['कन्फर्म चाहिए', 'unclear'],
    ['सही है', 'unclear'],
    ['जी', 'unclear'],
    ['हा', 'unclear'],
    ['हा हा', 'unclear'],
    ['उसने "हाँ" कहा', 'unclear'],
    ['“हाँ”', 'unclear'],
    ['हाँ २', 'unclear'],
    ['हाँ दो', 'unclear'],
    ['ह\u200Bाँ', 'unclear'],
    ['ह\u200Dाँ', 'unclear'],
    ['haan जी', 'unclear'],
    ['hаan', 'unclear'],
    ['हाँ, pero', 'change'],
    ['हाँ, nein', 'no'],
  ],
  ar: [
    ['نعم مرحبا', 'unclear'],
    ['', 'empty'],
    ['\u200F', 'empty'],
    ['نعم؟', 'question'],
    ['نعم?', 'question'],
    ['هل هذا صحيح', 'question'],
    ['نعم، بكم', 'question'],
    ['نعم لكن اثنين', 'change'],
    ['نعم ولكن اثنين', 'change'],
    ['نعم بدون بصل', 'change'],
    ['نعم بس بدون بصل', 'change'],
    ['نعم، وأيضا عصير', 'change'],
    ['غيّر الطلب', 'change'],
    ['انتظر', 'change'],
    ['ربما', 'change'],
    ['لو تكرمت نعم', 'change'],
    ['لا', 'no'],
    ['لا شكرا', 'no'],
    ['نعم ولا', 'no'],
    ['ليس بعد', 'no'],
    ['مش صحيح', 'no'],
    ['إلغاء الطلب', 'no'],
    ['لَا', 'no'],
    ['ليش لا', 'unclear'],
    ['قال "نعم"', 'unclear'],
    ['«نعم»', 'unclear'],
    ['نعمة', 'unclear'],
    ['تمام', 'unclear'],
    ['نعم بكرة', 'unclear'],
    ['خلاص', 'unclear'],
    ['سأؤكد غدا', 'unclear'],
    ['أطلب تأكيد', 'unclear'],
    ['صحيح', 'unclear'],
    ['أكيد', 'unclear'],
    ['إن شاء الله', 'unclear'],
    // Without its vowel signs the old word for yes is "postpone" as well.
    ['أجل', 'unclear'],
    ['أجّل', 'unclear'],
    ['شكرا', 'unclear'],
    ['ن\u200Bعم', 'unclear'],
    ['نعم\u200F شكرا', 'unclear'],
    ['\u202Bنعم\u202C', 'unclear'],
    ['ﻧﻌﻢ', 'unclear'],
    ['نعم ٢', 'unclear'],
    ['نعم aywa', 'unclear'],
    ['na3am', 'unclear'],
    ['yes', 'unclear'],
    ['نعم, sin', 'change'],
    ['نعم नहीं', 'no'],
  ],
};

describe.each(BOOKING_LOCALES)('in %s', (locale) => {
  it.each(YES[locale])('%j is a yes', (reply) => {
    expect(judge(reply, locale)).toBe('yes');
  });

  it.each(NOT_YES[locale])('%j is none: %s', (reply, verdict) => {
    expect(judge(reply, locale)).toBe(verdict);
  });

  it('each affirmation is a yes, in any case, without its accents, and beside all that goes along with it', () => {
    const beside = phrases(locale, 'assents', 'courtesies');
    for (const phrase of phrases(locale, 'affirmations')) {
      const unaccented = phrase.normalize('NFD').replace(/(\p{Script=Latin})\p{M}/gu, '$1');
      const replies = [
        phrase,
        phrase.toUpperCase(),
        phrase.normalize('NFD'),
        unaccented,
        `${phrase}!`,
        ...beside
          .filter((more) => sameScript(more, phrase))
          .flatMap((more) => [`${phrase}, ${more}`, `${more} ${phrase}`]),
      ];
      expect(replies.filter((reply) => judge(reply, locale) !== 'yes')).toEqual([]);
    }
  });

  it('nothing that only goes along is a yes by itself', () => {
    const beside = phrases(locale, 'assents', 'courtesies');
    const replies = [...beside, ...beside.map((phrase) => `${phrase}, ${beside[0]}!`)];
    expect(replies.filter((reply) => judge(reply, locale) !== 'unclear')).toEqual([]);
  });

  it('no word for no, for a change or for a question is part of what says yes, goes along or is polite', () => {
    const harmless = phrases(locale, 'affirmations', 'assents', 'courtesies');
    expect(harmless.filter((phrase) => ['no', 'change', 'question'].includes(judge(phrase, locale)))).toEqual([]);
    const idiomatic = phrases(locale, 'idioms');
    expect(idiomatic.filter((phrase) => judge(phrase, locale) !== 'unclear')).toEqual([]);
  });

  it('each word for no and each for a change is heard, whatever the language of the booking', () => {
    for (const other of BOOKING_LOCALES) {
      expect(phrases(locale, 'negations').filter((phrase) => !['no', 'change'].includes(judge(phrase, other)))).toEqual(
        [],
      );
      expect(phrases(locale, 'changes').filter((phrase) => judge(phrase, other) !== 'change')).toEqual([]);
    }
  });
});

function sameScript(a: string, b: string): boolean {
  return /\p{Script=Latin}/u.test(a) === /\p{Script=Latin}/u.test(b);
}

describe('phrases of the tenant', () => {
  const own = ['Book it now', 'basst scho', 'да', 'はい、お願いします', 'مي‌خواهم', "c'est parti", 'confirm करें'];

  it.each([
    ['book it now', 'en'],
    ['BOOK IT NOW!', 'en'],
    ['Book it now, please 👍', 'en'],
    ['yes, book it now', 'en'],
    ['Basst scho.', 'de'],
    ['bitte, basst scho, danke', 'de'],
    ['Да!', 'en'],
    ['はい、お願いします。', 'fr'],
    ['はい お願いします', 'fr'],
    ['مي‌خواهم', 'ar'],
    ['c’est parti', 'fr'],
    ['cest parti', 'fr'],
    ['Confirm करें', 'hi'],
  ] as const)('%j is a yes (%s)', (reply, locale) => {
    expect(judge(reply, locale)).toBe('unclear');
    expect(judge(reply, locale, own)).toBe('yes');
  });

  it.each([
    ['book it now but later', 'change'],
    ['book it now, no', 'no'],
    ['book it now?', 'question'],
    ['"book it now"', 'unclear'],
    ['book it now 2', 'unclear'],
    ['book it', 'unclear'],
    ['book', 'unclear'],
    ['book it now and then', 'unclear'],
    ['bооk it now', 'unclear'],
    ['book it n\u200Bow', 'unclear'],
    ['basst scho nicht', 'no'],
    ['basst scho, aber ohne Salz', 'change'],
    ['дa', 'unclear'],
    ['да да да', 'yes'],
    ['нет', 'unclear'],
  ] as const)('%j is judged as any reply: %s', (reply, verdict) => {
    expect(judge(reply, 'en', own)).toBe(verdict);
  });

  it('that hold a no, a change, a sign or look-alikes never count, however they got there', () => {
    const wrong = ['no problem', 'why not', 'yes but', 'sure?', '"sure"', 'уep', '👍', '', ' ', '2 yep', '<b>sure</b>'];
    expect(wrong.filter((reply) => judge(reply, 'en', wrong) === 'yes')).toEqual([]);
  });

  it.each(own.concat('Yes', 'd’accord', 'Ja, mach ma so!', 'x'.repeat(60), '是的', 'ok, merci'))(
    '%j can be one',
    (phrase) => {
      expect(ownPhraseProblem(phrase)).toBeUndefined();
    },
  );

  it.each([
    ['', 'must have a letter in it'],
    ['👍', 'must have a letter in it'],
    ['!!!', 'must have a letter in it'],
    ['\u0301', 'must have a letter in it'],
    ['x'.repeat(61), 'must be at most 60 characters long'],
    ['yes\nplease', 'must not contain a control character (U+000A)'],
    ['ye\u202Es', 'must not contain an invisible character (U+202E)'],
    ['go?', 'must not have a question mark in it'],
    ['go؟', 'must not have a question mark in it'],
    ['go\u037E', 'must not have a question mark in it'],
    ['"go"', expect.stringContaining('words only')],
    ['«vamos»', expect.stringContaining('words only')],
    ['go 1', expect.stringContaining('words only')],
    ['go ١', expect.stringContaining('words only')],
    ['<b>go</b>', expect.stringContaining('words only')],
    ['go/stay', expect.stringContaining('words only')],
    ['уes', 'must not mix the letters of several scripts in a word'],
    ['gо ahead', 'must not mix the letters of several scripts in a word'],
    ['ναi', 'must not mix the letters of several scripts in a word'],
    ['no problem', 'must not hold "no", which is a no'],
    ['Kein Problem', 'must not hold "kein", which is a no'],
    ['why not', 'must not hold "not", which is a no'],
    ['yes but', 'must not hold "but", which asks for a change'],
    ['mais oui', expect.stringContaining('which asks for a change')],
    ['ja, हटा', 'must not hold "हटा", which asks for a change'],
    ['what else', 'must not hold "what", which asks a question'],
    ['نعم ولا', 'must not hold "لا", which is a no'],
  ])('%j cannot be one', (phrase, problem) => {
    expect(ownPhraseProblem(phrase)).toEqual(problem);
  });

  it('that can be one are a yes, alone and in any case', () => {
    const word = fc
      .constantFrom('abcdefgzñßdž', 'яждёі', '한글', 'はい漢字ア', 'बटक', 'كتب')
      .chain((script) => fc.string({ unit: fc.constantFrom(...script), minLength: 2, maxLength: 8 }));
    const phrase = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    let tried = 0;
    fc.assert(
      fc.property(phrase, (text) => {
        if (ownPhraseProblem(text) !== undefined) return;
        tried += 1;
        expect([text, text.toUpperCase(), ` ${text}!`].map((reply) => judge(reply, 'en', [text]))).toEqual(
          Array(3).fill('yes'),
        );
      }),
      { numRuns: 500 },
    );
    expect(tried).toBeGreaterThan(300);
  });
});

const anyLocale = fc.constantFrom(...BOOKING_LOCALES);
const affirmed = anyLocale.chain((locale) =>
  fc.constantFrom(...phrases(locale, 'affirmations')).map((phrase) => ({ locale, phrase })),
);
const objection = anyLocale.chain((locale) => fc.constantFrom(...phrases(locale, 'negations', 'changes')));

/** All that may stand in a yes beside letters of its own words. */
const HARMLESS = /^(?:[\p{L}\p{M}\s.,;!¡…–—،؛۔।、。！，．；]|[👍✅👌🙂😊🙏🙌👏🤝✔☑💯🎉❤😀😃😄😁😍😋])*$/u;
const hostile = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      ...'"“”«»‘`()[]<>*_#@&:/|0٢२½\u200B\u200C\u200D\u200E\u200F\u202E\u2060\u2066\u00AD\uFEFF\uFE0F\u037E?؟',
    ),
  )
  .filter((character) => !HARMLESS.test(character));

describe('properties', () => {
  it('a no or a change of any language beside a yes of any language always wins', () => {
    fc.assert(
      fc.property(affirmed, objection, fc.boolean(), fc.boolean(), ({ locale, phrase }, against, first, own) => {
        const reply = first ? `${against} ${phrase}` : `${phrase}, ${against}`;
        const verdict = judge(reply, locale, own ? [reply, against] : []);
        // Two words may meet to an idiom: "pourquoi" is no yes, and neither is "pourquoi pas".
        expect(['no', 'change', 'unclear', 'question']).toContain(verdict);
        if (verdict === 'unclear') expect(ownPhraseProblem(reply)).toBeDefined();
      }),
      { numRuns: 3_000 },
    );
  });

  it('a sign or a hidden character anywhere in a yes leaves no yes', () => {
    fc.assert(
      fc.property(affirmed, hostile, fc.nat(), ({ locale, phrase }, character, seed) => {
        const characters = [...phrase];
        const at = seed % (characters.length + 1);
        const edge = at === 0 || at === characters.length;
        fc.pre(!(edge && /^[\u200E\u200F\u061C]$/u.test(character)));
        const reply = [...characters.slice(0, at), character, ...characters.slice(at)].join('');
        // An apostrophe or a hyphen may be left out or put in between letters of one's own: that is spelling.
        fc.pre(!/^['’-]$/u.test(character));
        expect(judge(reply, locale)).not.toBe('yes');
      }),
      { numRuns: 5_000 },
    );
  });

  it('a letter of another script in place of any letter of a yes leaves no yes', () => {
    const foreign = fc.constantFrom(...'аеоусхіѕјԁ', ...'αορυνικ', ...'𝐚ⓐᵃ', 'ſ', 'ı', 'ﻧ', 'ہ', 'ک', 'ی');
    fc.assert(
      fc.property(affirmed, foreign, fc.nat(), ({ locale, phrase }, letter, seed) => {
        const characters = [...phrase];
        const places = characters.flatMap((character, at) => (/\p{L}/u.test(character) ? [at] : []));
        const at = places[seed % places.length] ?? 0;
        expect(judge(characters.with(at, letter).join(''), locale)).not.toBe('yes');
      }),
      { numRuns: 3_000 },
    );
  });

  it('any text is judged the same twice, and is a yes only when it holds an affirmation as it stands', () => {
    const piece = fc.oneof(
      affirmed.map(({ phrase }) => phrase),
      objection,
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('please', 'ok', '!', '?', '"', ' '),
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(text, anyLocale, (reply, locale) => {
        const verdict = judge(reply, locale);
        expect(judge(reply, locale)).toBe(verdict);
        const folded = reply.toUpperCase().toLowerCase();
        if (verdict === 'yes')
          expect(phrases(locale, 'affirmations').some((phrase) => folded.includes(phrase))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['a megabyte of yes', 'yes '.repeat(250_000)],
    ['a megabyte of accents', `y${'\u0301'.repeat(1_000_000)}`],
    ['a megabyte of white space', `${' '.repeat(1_000_000)}yes`],
    ['a ligature that grows when it is normalised', '\uFDFA'.repeat(1_000_000)],
    ['words that could all begin a phrase', 'i confirm the '.repeat(14)],
  ])('%s is no yes, and is told at once', (_name, reply) => {
    expect(cpuMilliseconds(() => expect(judge(reply)).not.toBe('yes'))).toBeLessThan(200);
  });
});

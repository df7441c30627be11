import type { LocaleWords } from './locale-words';

/**
 * In Devanagari, and in the Latin letters in which many write Hindi. "जी" alone is a courtesy here: it says yes as well as
 * "pardon". "हा" is how laughter is written.
 */
export const HINDI_WORDS: LocaleWords = {
  affirmations:
    'हाँ, हाँजी, हाँ चाहिए, पुष्टि, पुष्टि है, पुष्टि करें, पुष्टि करो, पुष्टि कीजिए, पुष्टि कर दो, पुष्टि कर दें, ' +
    'पुष्टि कर दीजिए, पुष्टि करता हूँ, पुष्टि करती हूँ, पुष्टि करते हैं, मैं पुष्टि करता हूँ, मैं पुष्टि करती हूँ, ' +
    'हम पुष्टि करते हैं, कन्फर्म, कंफर्म, कन्फर्म है, कंफर्म है, कन्फर्म करें, कन्फर्म करो, कन्फर्म कीजिए, ' +
    'कन्फर्म कर दो, कन्फर्म कर दें, कन्फर्म कर दीजिए, मैं कन्फर्म करता हूँ, मैं कन्फर्म करती हूँ, haan, han, haanji, ' +
    'hanji, confirm, confirm hai, confirm karo, confirm karein, confirm kijiye, confirm kar do, confirm kar dijiye, ' +
    'सहमत, सहमत हूँ, मैं सहमत हूँ, हा जी, जी हा, ha ji, ji ha, haa ji, ji haa, यस, yes, confirm kardo, ' +
    'confirm kar dijiyega',
  assents:
    'सही, सही है, यह सही है, ये सही है, सब सही है, एकदम सही, बिल्कुल, बिलकुल, बिल्कुल सही, बिलकुल सही, ' +
    'बिल्कुल सही है, ठीक, ठीक है, सब ठीक है, ज़रूर, अच्छा, ओके, कर दो, कर दें, कर दीजिए, बुक करें, बुक कर दो, ' +
    'बुक कर दीजिए, ऑर्डर करें, ऑर्डर कर दो, ऑर्डर कर दीजिए, sahi, sahi hai, sab sahi hai, theek hai, thik hai, ' +
    'bilkul, zaroor, kar do, kar dijiye, book kar do, ok, okay, पक्का, पक्का है, एकदम ठीक, सब ठीक, सब सही, चलेगा, ' +
    'यही, यही चाहिए, बस यही, कर दीजिएगा, भेज दो, भेज दें, भेज दीजिए, भेजो, मँगवा दो, बुक कर दें, ' +
    'ऑर्डर कर दें, डन, sab sahi, ekdum sahi, bilkul sahi, bilkul sahi hai, theek, thik, sab theek hai, sab thik hai, ' +
    'accha, acha, pakka, pakka hai, chalega, yahi chahiye, bas yahi, kardo, kar dena, bhej do, bhejdo, bhej dijiye, ' +
    'order kar do, order kardo, order kar dijiye, book kardo, done, final, final hai, perfect, good, correct',
  courtesies:
    'जी, कृपया, प्लीज़, धन्यवाद, बहुत धन्यवाद, बहुत बहुत धन्यवाद, शुक्रिया, बहुत शुक्रिया, बहुत बहुत शुक्रिया, ' +
    'थैंक्यू, थैंक यू, ji, please, kripya, dhanyavaad, dhanyavad, dhanyawad, shukriya, thanks, thank you, सर, ' +
    'मैडम, भाई, भैया, दीदी, sir, madam, bhai, bhaiya, didi, bro, pls, plz, thx, thank u',
  greetings: 'नमस्ते, namaste, hello, hi',
  negations: 'नहीं, नही, ना, न, मत, ग़लत, मना, nahi, nahin, nahee, naheen, galat, रद्द, कैंसल, कैंसिल, mat',
  changes:
    'लेकिन, मगर, पर, परंतु, परन्तु, किंतु, किन्तु, बल्कि, रुको, रुकिए, रुकिये, रुकें, ठहरो, ठहरिए, बदल, बदलो, ' +
    'बदलें, बदलिए, बदलना, बदलाव, बजाय, बिना, सिवाय, के अलावा, हटा, हटाओ, हटाएँ, हटाइए, हटाना, जोड़, जोड़ो, ' +
    'जोड़ें, जोड़िए, जोड़ना, ज़्यादा, कम, सिर्फ़, केवल, अगर, यदि, बाद में, lekin, magar, ruko, rukiye, badlo, ' +
    'badal, badalna, bina, hatao, jodo, agar, ek aur, aur ek, और, भी, शायद, की जगह',
  questions:
    'क्या, कब, कहाँ, क्यों, कौन, कौनसा, किस, कैसे, कितना, कितने, कितनी, kya, kab, kahan, kyon, kyun, kaun, ' +
    'kaise, kitna, kitne, kitni',
  idioms: 'क्यों नहीं',
};

import type { OrderGrammar } from './order-grammar';

/** In Devanagari, and in the Latin letters in which many write Hindi; "na" is left out there, it says too little. */
export const HINDI_GRAMMAR: OrderGrammar = {
  fillers:
    'का की के को वाला वाली वाले यह वह ये वो अपना अपनी अपने आपका आपकी आपके ' +
    'ka ki ke ko wala wali wale yeh ye woh wo apna apni apne aapka aapki aapke',
  joiners: 'साथ में से saath mein me se',
  counters: 'नग पीस बार अदद x nag pc pcs piece pieces baar',
  and: 'और व तथा एवं प्लस aur evam plus',
  but: 'लेकिन मगर पर तो फिर lekin magar par phir',
  or: 'या अथवा ya athva',
  to: 'से गुणा se guna',
  between: 'बीच',
  notAmounts:
    'लगभग, करीब, क़रीब, शायद, तकरीबन, कम से कम, ज़्यादा से ज़्यादा, अधिकतम, न्यूनतम, नंबर, नम्बर, मेज़, टेबल, कमरा, कमरे, मकान, फ्लैट, गली, हर, ' +
    'lagbhag, kareeb, karib, shayad, kam se kam, zyada se zyada, jyada se jyada, number, nambar, no, table, room, kamra, flat, gali, makan, ghar, har',
  fractions:
    'आधा आधी आधे साढ़े सवा पौने डेढ़ ढाई चौथाई पाव aadha aadhi aadhe sadhe saadhe sava paune dedh dhai chauthai half',
  amends: 'शायद, shayad',
  each: 'हर, प्रति, हर एक, सबके लिए, हर एक के लिए, har, prati, har ek, sabke liye, har ek ke liye',
  closers:
    'कृपया, प्लीज़, प्लीज, धन्यवाद, शुक्रिया, चाहिए, चाहिये, दीजिए, दीजिये, दें, देना, दीजिएगा, केवल, सिर्फ़, सिर्फ, बस, लाओ, लाइए, ' +
    'kripya, please, plz, pls, dhanyavaad, dhanyavad, shukriya, thanks, chahiye, chahie, dijiye, dena, dijiyega, sirf, bas, lao, laiye',
  answers:
    'मुझे हमें मैं हम चाहता चाहती चाहते हूँ हैं है हाँ हां जी ठीक अच्छा नमस्ते कर करो करें कर दे दीजिए भेज भेजो भेजिए लूँगा लूँगी लेंगे लेना ऑर्डर ' +
    'कुल ही भी तो मेरे लिए मेरा ' +
    'mujhe hamein humein main hum chahta chahti chahte hoon hun hu hain hai haan ji thik theek accha acha namaste hello hi kar karo karein karna de dijiye bhej bhejo bhejiye lunga lungi lenge lena order kul bhi mere liye mera bhai bhaiya',
  corrections: 'बल्कि नहीं माफ़ माफ सॉरी रुको रुकिए असल बजाय मतलब balki nahi nahin nhi sorry ruko rukiye matlab',
  nothing:
    'हमेशा वही कुछ सब चीज़ चीज ऑर्डर खाना दूसरा दूसरी दूसरे और एक कोई सभी दोनों इसे उसे ' +
    'hamesha wahi kuch sab cheez order khana doosra dusra doosri aur ek koi sabhi dono ise use',
  negations: 'नहीं, नही, मत, ना, न, बिना, बगैर, सिवाय, nahi, nahin, nhi, mat, bina, bagair',
  cancellations: 'कैंसल, कैंसिल, रद्द, हटाओ, हटाइए, cancel, hatao, hataiye',
  negationsAfter:
    'नहीं, नही, मत, ना, न, के बिना, के बगैर, की जगह, के बजाय, के सिवाय, हटा, हटाओ, हटाइए, हटा दो, निकाल, कैंसल, कैंसिल, रद्द, छोड़, ' +
    'nahi, nahin, nhi, mat, ke bina, ki jagah, ke bajay, hata, hatao, hataiye, hata do, nikal, cancel, chhod, chod',
  takebacks:
    'रहने दो, रहने दीजिए, छोड़ दो, छोड़ो, छोड़िए, रद्द करो, रद्द कर दो, कैंसल कर दो, कैंसिल कर दो, भूल जाओ, ' +
    'rehne do, rahne do, rehne dijiye, chhod do, chod do, chhodo, chodo, cancel karo, cancel kar do, bhool jao',
  // "पिज़्ज़ा दो" asks for two pizzas, or says "give me a pizza".
  verbsAtEnd: 'दो do',
  // "भेज दो समोसे": "send samosas".
  verbStems: 'कर दे भेज ला बना लगा kar de bhej la bana laga',
  // "मुझे दो चाहिए": who wants does not give.
  wants: 'चाहिए चाहिये chahiye chahie',
};

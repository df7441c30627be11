import type { BookingTexts } from './booking-texts';

export const hi: BookingTexts = {
  yes: 'हाँ',
  quotes: ['“', '”'],
  whichItems: 'आप क्या ऑर्डर करना चाहेंगे, और हर चीज़ कितनी?',
  whichItem: 'आपका मतलब ठीक किस चीज़ से है?',
  whichOf: (list) => `आपका मतलब किससे है: ${list}? कृपया उसका नाम और संख्या लिखें।`,
  howMany: (name) => `आपको ${name} कितने चाहिए?`,
  howManyExactly: (name) => `आपको ${name} कितने चाहिए? कृपया संख्या और नाम साथ लिखें, जैसे 2 × ${name}।`,
  itemsRight: 'क्या आप यही ऑर्डर करना चाहते हैं? कृपया हाँ या नहीं में उत्तर दें।',
  nameAndPhone: 'कृपया अपना नाम और फ़ोन नंबर बताएँ।',
  whichName: 'ऑर्डर किस नाम से लिखा जाए?',
  whichPhone: 'कौन सा फ़ोन नंबर लिखा जाए, कोड के साथ?',
  summaryAgain: 'पुष्टि से पहले कृपया अपना ऑर्डर, जैसा वह अब है, एक बार फिर देख लें।',
  whatToChange: 'आप क्या बदलना चाहेंगे?',
  or: ' या ',
  summary: {
    title: 'आपका ऑर्डर:',
    total: 'कुल संख्या',
    name: 'नाम',
    phone: 'फ़ोन',
    notes: 'टिप्पणी',
    question: (yes) => `क्या यह सही है? ऑर्डर करने के लिए कृपया ${yes} लिखें।`,
  },
};

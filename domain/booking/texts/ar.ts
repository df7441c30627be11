import type { BookingTexts } from './booking-texts';

export const ar: BookingTexts = {
  yes: 'نعم',
  quotes: ['«', '»'],
  whichItems: 'ماذا تود أن تطلب، وكم من كل صنف؟',
  whichItem: 'أي صنف تقصد بالضبط؟',
  whichOf: (list) => `أيها تقصد: ${list}؟ من فضلك اكتب اسمه والعدد المطلوب.`,
  howMany: (name) => `كم تريد من ${name}؟`,
  howManyExactly: (name) => `كم تريد من ${name}؟ اكتب العدد مع الاسم من فضلك، مثلا 2 × ${name}.`,
  itemsRight: 'هل هذا ما تود طلبه؟ أجب بنعم أو لا من فضلك.',
  nameAndPhone: 'ما اسمك ورقم هاتفك من فضلك؟',
  whichName: 'باسم من أسجل الطلب؟',
  whichPhone: 'ما رقم الهاتف الذي أسجله، مع رمز المنطقة؟',
  summaryAgain: 'سأعرض عليك الملخص الحالي مرة أخرى قبل أن تؤكد.',
  whatToChange: 'ماذا تود أن تغير؟',
  or: ' أو ',
  summary: {
    title: 'طلبك:',
    total: 'العدد الإجمالي',
    name: 'الاسم',
    phone: 'الهاتف',
    notes: 'ملاحظات',
    question: (yes) => `هل هذا صحيح؟ أجب بـ ${yes} لإتمام الطلب.`,
  },
};

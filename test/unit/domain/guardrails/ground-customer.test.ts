import type { CustomerMessage } from '../../../../domain/booking/booking';
import { groundCustomer } from '../../../../domain/guardrails/ground-customer';

const PHONE = '493012345678';

function judge(texts: readonly string[], name: string, phone: string = PHONE): string {
  const messages = texts.map((text, index): CustomerMessage => ({ number: index + 1, text }));
  const verdict = groundCustomer({ name, phone }, { locale: 'en', messages });
  return verdict.ok ? 'accepted' : verdict.block.reason;
}

describe('the name', () => {
  it.each([
    ['Anna', 'I am Anna'],
    ['Anna', 'anna here!'],
    ['Anna', '(ANNA)'],
    ['anna müller', 'My name is Anna  Müller.'],
    ['Anna Müller', 'Anna Muller'],
    ['Zoe García', 'ZOË GARCÍA'],
    ['Anna-Lena', 'Anna Lena'],
    ['Anna Lena', 'it is Anna-Lena'],
    ["Sinead O'Neill", 'Sinéad O’Neill'],
    ['J. Smith', 'J Smith'],
    ['Groß', 'GROSS'],
    ['अनिता शर्मा', 'मेरा नाम अनिता शर्मा है'],
    ['فاطمة علي', 'اسمي فاطمه علي'],
    ['李雷', '李雷'],
    ['Anna', 'no, Anna'],
    ['Ａｎｎａ', 'Anna'],
  ])('%j stands in %j', (name, text) => {
    expect(judge([`${text}\n+49 30 12345678`], name)).toBe('accepted');
  });

  it.each([
    ['Anna', 'I am Bob'],
    ['Anna', 'Hannah'],
    ['Anna', 'Annamaria'],
    ['Anna', 'An na'],
    ['Anna', 'Аnna'],
    ['Anna', 'An\u200Bna'],
    ['Anna', 'not Anna'],
    ['Anna Müller', 'Anna, Müller'],
    ['Anna Müller', 'Anna\nMüller'],
    ['Anna Müller', 'Müller Anna'],
    ['Anna Müller', 'Anna Maria Müller'],
    ['Anna Müller', 'Anna'],
    ['Mr. Anna', 'Anna'],
    ['Anna', ''],
    ['-', '-'],
    ['2', '2'],
  ])('%j does not stand in %j', (name, text) => {
    expect(judge([`${text}\n+49 30 12345678`], name)).toBe('name_not_said');
  });

  it('stands in one message, whichever it is', () => {
    expect(judge(['Anna', 'Müller', '+493012345678'], 'Anna Müller')).toBe('name_not_said');
    expect(judge(['Anna Müller', 'thanks', '+493012345678'], 'Anna Müller')).toBe('accepted');
    expect(judge([], 'Anna')).toBe('name_not_said');
  });
});

describe('the phone number', () => {
  it.each([
    '+49 30 12345678',
    '0049 (30) 123-456-78',
    'call +49/30/12345678 please',
    'Anna,+493012345678,thanks',
    'Tel.:+49 30 12345678.',
    '(+49 30 12345678)',
    '4 9 3 0 1 2 3 4 5 6 7 8',
    '+٤٩ ٣٠ ١٢٣٤٥٦٧٨',
    '+४९ ३० १२३४५६७८',
    '＋４９（３０）１２３４５６７８',
    '\u202A+49 30 12345678\u202C',
    '+49 30 12345678. 2 pizzas',
    '+49 30 12345678, 2 pizzas',
    '2 pizzas for +49 30 12345678',
    '+49 30 87654321 / +49 30 12345678',
    '+49 30 12345678 - +49 30 87654321',
    '+49 (0)30 12345678',
  ])('is in %j', (text) => {
    expect(judge([`Anna ${text}`], 'Anna')).toBe('accepted');
  });

  it.each([
    '',
    '+49 30 1234567',
    '+49 30 123456789',
    '+49 30 12345679',
    '030 12345678',
    '1 +49 30 12345678 2',
    '+49 30 12345678 55',
    '+49 30 12345678 - 55',
    '+49 30 1234,5678',
    '+49 30 1234\n5678',
    '+49 30 1234 and 5678',
    'AB493012345678',
    '493012345678AB',
    '\u202E87654321 03 94+',
    '+49 30 1234\u202E5678',
    'four nine three zero',
  ])('is not in %j', (text) => {
    expect(judge([`Anna. ${text}`], 'Anna')).toBe('phone_not_said');
  });

  it('is in one message, whichever it is', () => {
    expect(judge(['Anna', '+49 30 1234', '5678'], 'Anna')).toBe('phone_not_said');
    expect(judge(['+49 30 12345678', 'Anna'], 'Anna')).toBe('accepted');
  });
});

test('what is missing is asked for, and the customer is not quoted', () => {
  const messages = [{ number: 1, text: 'Anna Secretname' }];
  const noName = groundCustomer({ name: 'Bob Othername', phone: PHONE }, { locale: 'en', messages });
  expect(noName).toMatchObject({
    block: {
      guardrail: 'customer_grounding',
      code: 'GUARDRAIL_BLOCKED',
      field: 'customer_name',
      ask: expect.any(String),
    },
  });
  const noPhone = groundCustomer({ name: 'Anna Secretname', phone: PHONE }, { locale: 'en', messages });
  expect(noPhone).toMatchObject({ block: { guardrail: 'customer_grounding', field: 'customer_phone' } });
  expect(JSON.stringify([noName, noPhone])).not.toMatch(/Secretname|Othername|4930/);
});

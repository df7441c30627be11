import { credentialsProblem, spreadsheetIdOf } from '../../../console/app/sheet/spreadsheet-id';

const ID = '1AbCdEfGhIjKlMnOpQrStUvWxYz_0123456789-abcdefg';

describe('what an owner pastes for a spreadsheet', () => {
  test.each([
    ID,
    `  ${ID}\n`,
    `https://docs.google.com/spreadsheets/d/${ID}/edit`,
    `https://docs.google.com/spreadsheets/d/${ID}/edit?gid=0#gid=0`,
    `https://docs.google.com/spreadsheets/d/${ID}`,
    `https://docs.google.com/spreadsheets/u/1/d/${ID}/edit#gid=17`,
    `docs.google.com/spreadsheets/d/${ID}/edit?usp=sharing`,
    `http://127.0.0.1:8092/spreadsheets/${ID}`,
  ])('%s is read', (pasted) => {
    expect(spreadsheetIdOf(pasted)).toBe(ID);
  });

  test.each([
    '',
    'https://docs.google.com/document/d/1AbC/edit',
    'https://docs.google.com/spreadsheets/',
    'my orders',
    `https://docs.google.com/spreadsheets/d/${'x'.repeat(129)}/edit`,
  ])('%j is not', (pasted) => {
    expect(spreadsheetIdOf(pasted)).toBeUndefined();
  });
});

describe('pasted credentials', () => {
  const key = { type: 'service_account', client_email: 'a@b.iam.gserviceaccount.com', private_key: '-----BEGIN' };

  it('a service account’s key is fine', () => {
    expect(credentialsProblem(JSON.stringify(key, undefined, 2))).toBeUndefined();
  });

  test.each([
    ['half of a file', '{ "type": "service_account", "client_em'],
    ['an API key', 'AIzaSyD-not-json'],
    ['another kind of credentials', JSON.stringify({ installed: { client_id: 'x' } })],
    ['null', 'null'],
  ])('%s is told from one before it is sent', (_what, pasted) => {
    expect(credentialsProblem(pasted)).toMatch(/JSON|service account/);
  });
});

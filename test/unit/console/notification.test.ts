import { payloadOf } from '../../../console/service-worker/notification';

describe('what a push shows', () => {
  const payload = {
    type: 'order.created',
    title: 'New order',
    body: '2 × Rye bread',
    url: '/orders/0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
    tag: 'order:0198c2de',
  };

  it('is what it carries', () => {
    expect(payloadOf(JSON.stringify(payload))).toEqual(payload);
  });

  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['no JSON', 'hello'],
    ['no object', '17'],
    ['fields of other types', '{"title":17,"url":{},"body":null}'],
  ])('with %s it still is something, because a push without a notification costs the permission', (_what, text) => {
    const { title, body, url } = payloadOf(text);
    expect([title, body, url].every((value) => value !== '')).toBe(true);
    expect(url).toBe('/');
  });

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/..//evil.example',
    '/./\\evil.example',
    'javascript:alert(1)',
    'orders/1',
  ])('never leads to %j', (url) => {
    const { url: led } = payloadOf(JSON.stringify({ ...payload, url }));
    expect(led).toBe('/');
  });

  it('leads to a path with its query, as it is', () => {
    const url = '/orders/1?status=pending';
    expect(payloadOf(JSON.stringify({ ...payload, url })).url).toBe(url);
  });
});

import { ownPath, PATHS, routeOf } from '../../../console/app/routing/route';

const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

describe('the addresses of the console', () => {
  test.each([
    ['/', { page: 'orders', orderId: undefined }],
    ['/orders', { page: 'orders', orderId: undefined }],
    [`/orders/${ID}`, { page: 'orders', orderId: ID }],
    [`/orders/${ID}/`, { page: 'orders', orderId: ID }],
    ['/bookings', { page: 'bookings', bookingId: undefined }],
    [`/bookings/${ID}`, { page: 'bookings', bookingId: ID }],
    ['/sheet', { page: 'sheet' }],
    ['/notifications', { page: 'notifications' }],
    ['/settings', { page: 'settings' }],
  ])('%s is a page', (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  test.each([
    '/elsewhere',
    `/orders/${ID}/more`,
    '/orders/a%20b',
    `/sheet/${ID}`,
    `/orders/${'x'.repeat(129)}`,
    '/__proto__',
  ])('%s is none', (path) => {
    expect(routeOf(path)).toEqual({ page: 'not_found' });
  });

  it('are made and read by the same rules', () => {
    expect(routeOf(PATHS.order(ID))).toEqual({ page: 'orders', orderId: ID });
    expect(routeOf(PATHS.booking(ID))).toEqual({ page: 'bookings', bookingId: ID });
    for (const page of ['sheet', 'notifications', 'settings'] as const) expect(routeOf(PATHS[page])).toEqual({ page });
  });
});

describe('where a notification may lead', () => {
  const origin = 'https://orders.example.com';

  test.each([
    ['/orders/1', '/orders/1'],
    ['/orders/1?status=pending', '/orders/1?status=pending'],
    ['https://orders.example.com/sheet', '/sheet'],
  ])('%s: to a page of the console', (url, path) => {
    expect(ownPath(url, origin)).toBe(path);
  });

  test.each([
    'https://evil.example/orders/1',
    '//evil.example/',
    '/\t/evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    '\\\\evil.example',
    17,
    null,
  ])('%j: nowhere', (url) => {
    expect(ownPath(url, origin)).toBeUndefined();
  });
});

import { checkTarget } from '../../../services/order-api/use-cases/check-target';

function problem(target: string, allowLoopback: boolean): string | undefined {
  try {
    checkTarget(target, 'url', allowLoopback);
    return undefined;
  } catch (error) {
    const { details } = error as { details: { violations: readonly { field: string; description: string }[] } };
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { violations: [{ field: 'url' }] } });
    return details.violations[0]?.description;
  }
}

const INSECURE = 'must be an https URL';
const LOCAL = 'must not be a private, local or reserved address';

test.each([
  'https://shop.example.com/hook',
  'https://shop.example.com:8443/hook?x=1',
  'https://93.184.216.34/',
  'https://[2606:2800:220:1::1]/',
  // A name that merely looks like one of this machine's.
  'https://localhost.example.com/',
  'https://mylocalhost/',
])('%s may be told', (target) => {
  for (const allowLoopback of [true, false]) expect(problem(target, allowLoopback)).toBeUndefined();
});

test.each([
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://0.0.0.0/',
  'https://224.0.0.1/',
  'https://[fd00::1]/',
  'https://[fe80::1]/',
  'https://[::]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[64:ff9b::a00:1]/',
  'http://10.0.0.1/',
])('%s may not, whatever is allowed', (target) => {
  for (const allowLoopback of [true, false]) expect(problem(target, allowLoopback)).toBe(LOCAL);
});

test.each([
  'http://127.0.0.1:8080/hook',
  'https://127.0.0.1/hook',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://[::1]:8080/',
  'http://localhost:8080/',
  'https://LOCALHOST/',
  'http://api.localhost/',
  'http://localhost./',
])('%s is this machine: it may be told where that is allowed, and only there', (target) => {
  expect(problem(target, true)).toBeUndefined();
  expect(problem(target, false)).toBe(LOCAL);
});

test.each(['http://shop.example.com/hook', 'http://93.184.216.34/'])('%s is read by everybody on the way', (target) => {
  for (const allowLoopback of [true, false]) expect(problem(target, allowLoopback)).toBe(INSECURE);
});

import { loadConfig } from '../../../services/order-api/config';
import { allowedHosts } from '../../../services/order-api/handlers/mcp/allowed-hosts';

const OWN = ['localhost', '127.0.0.1', '[::1]'];
const ENV = {
  DATABASE_URL: 'postgres://role:password@localhost/db',
  PAYLOAD_ENCRYPTION_KEYS: `k:${Buffer.alloc(32).toString('base64')}`,
  CONFIRMATION_SIGNING_KEYS: `k:${Buffer.alloc(32).toString('base64')}`,
  SECRETS_ENCRYPTION_KEYS: `k:${Buffer.alloc(32).toString('base64')}`,
};

test.each([
  ['127.0.0.1', [...OWN, '127.0.0.1']],
  ['10.1.2.3', [...OWN, '10.1.2.3']],
  ['fd00::1', [...OWN, '[fd00::1]']],
  // Nobody calls a machine by these.
  ['0.0.0.0', OWN],
  ['::', OWN],
])('a server on %s may be called by its own names', (address, expected) => {
  expect(allowedHosts({ BIND_ADDRESS: address, MCP_ALLOWED_HOSTS: [] })).toEqual(expected);
});

test('and by those that it is given', () => {
  const config = loadConfig({
    ...ENV,
    BIND_ADDRESS: '0.0.0.0',
    MCP_ALLOWED_HOSTS: 'Orders.example.com, api.internal,[fd00::7]',
  });
  expect(allowedHosts(config)).toEqual([...OWN, 'orders.example.com', 'api.internal', '[fd00::7]']);
  expect(allowedHosts(loadConfig(ENV))).toEqual([...OWN, '127.0.0.1']);
});

test.each(['api:8080', 'https://api', 'a,,b', '*', 'a b', 'fd00::7'])('%s is no list of host names', (names) => {
  expect(() => loadConfig({ ...ENV, MCP_ALLOWED_HOSTS: names })).toThrow('MCP_ALLOWED_HOSTS: must be host names');
});

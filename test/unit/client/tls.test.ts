import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import type { OrderClientOptions } from '../../../client/client-options';
import { createOrderClient, type OrderClient } from '../../../client/order-client';
import { failureOf } from './open-client';
import { ORDER_MESSAGE, type ScriptedServer, startScriptedServer } from './scripted-server';

/** A certificate for `orders.test` that signs itself and is valid until 2126; it protects nothing but these tests. */
const CERTIFICATE = readFileSync(join(__dirname, 'fixtures', 'orders.test.cert.pem'));
const KEY = readFileSync(join(__dirname, 'fixtures', 'orders.test.key.pem'));

const script = { getOrder: () => ({ answer: { order: ORDER_MESSAGE } }) };
let server: ScriptedServer;
let client: OrderClient | undefined;

afterEach(() => {
  client?.close();
  server.stop();
});

async function start(credentials: ServerCredentials, tls: OrderClientOptions['tls']): Promise<OrderClient> {
  server = await startScriptedServer(script, { credentials });
  client = createOrderClient({ address: `localhost:${server.port}`, apiKey: 'k', tls, retry: { maxAttempts: 1 } });
  return client;
}

const withKey = [{ private_key: KEY, cert_chain: CERTIFICATE }];

describe('TLS', () => {
  it('reaches a server whose certificate is trusted and bears the name that is asked for', async () => {
    const secure = ServerCredentials.createSsl(null, withKey);
    const orders = await start(secure, { rootCertificates: CERTIFICATE, serverName: 'orders.test' });
    expect(await orders.getOrder('o')).toMatchObject({ order: { id: ORDER_MESSAGE.id } });
  });

  it('shows its own certificate to a server that wants one', async () => {
    const mutual = ServerCredentials.createSsl(CERTIFICATE, withKey, true);
    const trusting = { rootCertificates: CERTIFICATE, serverName: 'orders.test' };
    const orders = await start(mutual, { ...trusting, privateKey: KEY, certificateChain: CERTIFICATE });
    expect(await orders.getOrder('o')).toMatchObject({ order: { id: ORDER_MESSAGE.id } });

    const unknown = createOrderClient({
      address: `localhost:${server.port}`,
      apiKey: 'k',
      tls: trusting,
      retry: { maxAttempts: 1 },
    });
    expect(await failureOf(unknown.getOrder('o'))).toMatchObject({ code: 'UNAVAILABLE' });
    unknown.close();
  });

  it.each<[string, OrderClientOptions['tls']]>([
    ['nobody trusts', { serverName: 'orders.test' }],
    ['bears another name', { rootCertificates: CERTIFICATE, serverName: 'others.test' }],
    ["is not the system's to trust", true],
  ])('sends nothing to a server whose certificate %s', async (_, tls) => {
    const orders = await start(ServerCredentials.createSsl(null, withKey), tls);
    expect(await failureOf(orders.getOrder('o'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(server.calls).toHaveLength(0);
  });

  it('is not spoken with a server that knows none', async () => {
    const orders = await start(ServerCredentials.createInsecure(), true);
    expect(await failureOf(orders.getOrder('o'))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(server.calls).toHaveLength(0);
  });
});

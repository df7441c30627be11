import { createOrderClient, type OrderClient } from './order-client';

let current: { readonly settings: string; readonly client: OrderClient } | undefined;

/**
 * The process's client, by `ORDER_GRPC_ADDRESS`, `ORDER_API_KEY` and `ORDER_GRPC_TLS` (`true` for TLS with the system's
 * roots; plain text otherwise). It keeps no process alive.
 * @throws Error naming every variable that is missing or wrong.
 */
export function environmentClient(env: NodeJS.ProcessEnv = process.env): OrderClient {
  const { ORDER_GRPC_ADDRESS: address, ORDER_API_KEY: apiKey, ORDER_GRPC_TLS: tls = 'false' } = env;
  const wrong = [
    address ? [] : 'ORDER_GRPC_ADDRESS is not set',
    apiKey ? [] : 'ORDER_API_KEY is not set',
    /^(true|false|)$/.test(tls) ? [] : 'ORDER_GRPC_TLS is neither true nor false',
  ].flat();
  if (!address || !apiKey || wrong.length > 0) throw new Error(`The order client has no settings: ${wrong.join('; ')}`);

  const settings = JSON.stringify([address, apiKey, tls]);
  if (current?.settings === settings) return current.client;
  current?.client.close();
  current = { settings, client: createOrderClient({ address, apiKey, tls: tls === 'true' }) };
  return current.client;
}

/** Closes the process's client, if it ever had one; the next use opens another. */
export function closeEnvironmentClient(): void {
  current?.client.close();
  current = undefined;
}

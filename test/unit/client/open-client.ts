import type { OrderClientOptions } from '../../../client/client-options';
import { createOrderClient, type OrderClient } from '../../../client/order-client';
import { type Script, type ScriptedServer, startScriptedServer } from './scripted-server';

/** Waits that no test notices. */
export const QUICK_RETRY = { firstDelayMs: 2, maxDelayMs: 10 };

export interface Opened {
  readonly server: ScriptedServer;
  readonly client: OrderClient;
}

const open: Opened[] = [];

/** A scripted server and a client of it, until `closeAll`. */
export async function openClient(script: Script, options: Partial<OrderClientOptions> = {}): Promise<Opened> {
  const server = await startScriptedServer(script);
  const client = createOrderClient({ address: server.address, apiKey: 'obk_test', retry: QUICK_RETRY, ...options });
  open.push({ server, client });
  return { server, client };
}

export function closeAll(): void {
  for (const { server, client } of open.splice(0)) {
    client.close();
    server.stop();
  }
}

/** What the call was refused with. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('the call did not fail');
    },
    (thrown: unknown) => thrown,
  );
}

import { mcpClientConfig } from './mcp-client-config';
import type { StackAddresses } from './stack';

/** What runs where, and the next command to try. Paths are given as they can be typed. */
export function welcome(options: {
  readonly addresses: StackAddresses;
  readonly took: string;
  readonly devEnv: string;
  readonly folder: string;
}): string {
  const { addresses, took, devEnv, folder } = options;
  const order = JSON.stringify({
    customer_name: 'Ada Lovelace',
    customer_phone: '+49 30 1234567',
    items: [{ name: 'Sourdough loaf', quantity: 2 }],
  });
  // A path without a slash would be looked for on PATH.
  const source = devEnv.includes('/') ? devEnv : `./${devEnv}`;
  return `
Everything is up after ${took}. Ctrl-C stops it; the data stays in ${folder}

  Console    ${addresses.console}    sign in with the DEMO_ADMIN_KEY of ${devEnv}
  Sheet      ${addresses.sheets ?? 'Google Sheets, with GOOGLE_SHEETS_CREDENTIALS'}${addresses.sheets === undefined ? '' : '    a local model of Google Sheets'}
  REST       ${addresses.api}    reference: ${addresses.api}/docs
  gRPC       ${addresses.grpc}
  MCP        ${addresses.mcp}
  Temporal   ${addresses.temporal}${addresses.temporalUi === undefined ? '' : `    UI: ${addresses.temporalUi}`}
  Postgres   ${addresses.postgres}
  Workers    ${addresses.worker}/readyz    ${addresses.syncWorker}/readyz
  Logs       ${folder}/logs

Addresses and keys of the two demo tenants are in ${devEnv}. Book an order from another terminal:

  . ${source}; curl -sS "$ORDER_API_URL/api/orders" -H "Authorization: Bearer $DEMO_API_KEY" -H 'Content-Type: application/json' -d '${order}'

Let an AI agent take orders for the bakery: give this to any MCP client.

${JSON.stringify(mcpClientConfig({ url: addresses.mcp, key: addresses.agentKey }), null, 2).replaceAll(/^/gm, '  ')}
`;
}

/**
 * What an MCP client wants to be told of the local stack, in the notation that most of them read: a server of the name
 * `order-booking`, its address, and the API key as the bearer.
 */
export function mcpClientConfig({ url, key }: { readonly url: string; readonly key: string }) {
  return {
    mcpServers: { 'order-booking': { type: 'http', url, headers: { Authorization: `Bearer ${key}` } } },
  };
}

import { localhostAllowedHostnames } from '@modelcontextprotocol/server';

/** An address that stands for all of the machine's: nobody calls it by that. */
const WILDCARDS = ['0.0.0.0', '::'];

/** The host names by which `/mcp` may be called: this machine's own, the address it listens on, and those that are configured. */
export function allowedHosts(config: {
  readonly BIND_ADDRESS: string;
  readonly MCP_ALLOWED_HOSTS: readonly string[];
}): readonly string[] {
  const { BIND_ADDRESS: address } = config;
  const own = WILDCARDS.includes(address) ? [] : [address.includes(':') ? `[${address}]` : address];
  return [...localhostAllowedHostnames(), ...own, ...config.MCP_ALLOWED_HOSTS];
}

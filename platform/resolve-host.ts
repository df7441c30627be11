import { Resolver } from 'node:dns/promises';

/** All addresses of a host name, IPv4 first. @throws the resolver's error when it has none. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/**
 * Shorter would give up on name servers that are far away; longer would leave nothing of the ten seconds that a request has.
 * Two tries, because a lost packet is the usual trouble.
 */
const TIMEOUT_MS = 2_000;
const TRIES = 2;

/**
 * Asks the name servers directly. The system's own look-up (`dns.lookup`) works on the four threads that a process has for such
 * things: a few names that strangers made slow would hold up every connection this process makes. It also knows names that
 * are not public (the hosts file, search domains), and none of those is meant here. `localhost` is this machine (RFC 6761).
 */
export function createResolveHost(
  options: {
    /** In place of those of the system, `address:port`. */
    readonly servers?: readonly string[];
    readonly timeoutMs?: number;
  } = {},
): ResolveHost {
  const resolver = new Resolver({ timeout: options.timeoutMs ?? TIMEOUT_MS, tries: TRIES });
  if (options.servers !== undefined) resolver.setServers(options.servers);
  return async (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'];
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = [v4, v6].flatMap((found) => (found.status === 'fulfilled' ? found.value : []));
    if (addresses.length === 0 && v4.status === 'rejected') throw v4.reason;
    return addresses;
  };
}

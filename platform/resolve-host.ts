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
 * How long an answer about IPv6 may come after the one about IPv4 (RFC 8305 has it the same way). There are name servers that say
 * nothing when they are asked about it: to wait until all of ours have been asked twice takes 16 s of the ten that a request has.
 * Shorter: a receiver that is reached by IPv6 alone, though it has an IPv4 address, is missed when its name server is slow.
 */
const IPV6_AFTER_MS = 500;

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
    const askedV6 = resolver.resolve6(name).catch(() => []);
    const [v4] = await Promise.allSettled([resolver.resolve4(name)]);
    if (v4.status === 'fulfilled') return [...v4.value, ...(await within(IPV6_AFTER_MS, askedV6))];
    const v6 = await askedV6;
    if (v6.length === 0) throw v4.reason;
    return v6;
  };
}

/** What is found in this time, or nothing. */
function within(milliseconds: number, search: Promise<readonly string[]>): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), milliseconds);
    search.then((found) => {
      clearTimeout(timer);
      resolve(found);
    });
  });
}

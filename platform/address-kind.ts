import { BlockList, isIP } from 'node:net';

/** `public`: anybody on the internet may be there. `loopback`: this machine. `internal`: everything else, and what is no address. */
export type AddressKind = 'public' | 'loopback' | 'internal';

/** IPv4 that is not for the public internet: IANA's special-purpose registry (RFC 6890), multicast, and what is reserved. */
const INTERNAL_V4 = blocks('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, and Alibaba's metadata service
  ['169.254.0.0', 16], // link-local: the metadata services of AWS, Google, Azure …
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // and Oracle's metadata service
  ['192.0.2.0', 24],
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32], // public by its range only: Azure's platform, seen from its machines
]);
const LOOPBACK_V4 = blocks('ipv4', [['127.0.0.0', 8]]);

/**
 * IPv6 that is for the public internet is one block, and of the rest nothing is: unique local, link-local, multicast, `::`,
 * addresses that wrap an IPv4 one (`::ffff:0:0/96`), and NAT64's `64:ff9b::/96`, behind which any IPv4 address may be.
 */
const GLOBAL_V6 = blocks('ipv6', [['2000::', 3]]);
const INTERNAL_V6 = blocks('ipv6', [
  ['2001::', 23], // protocols: among them Teredo, which wraps IPv4
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4, which wraps IPv4
  ['3fff::', 20],
]);
const LOOPBACK_V6 = blocks('ipv6', [['::1', 128]]);

/** What an IP address, as text, is the address of. */
export function addressKind(address: string): AddressKind {
  switch (isIP(address)) {
    case 4:
      if (LOOPBACK_V4.check(address, 'ipv4')) return 'loopback';
      return INTERNAL_V4.check(address, 'ipv4') ? 'internal' : 'public';
    case 6:
      // An address with a zone is one of a link.
      if (address.includes('%')) return 'internal';
      if (LOOPBACK_V6.check(address, 'ipv6')) return 'loopback';
      return GLOBAL_V6.check(address, 'ipv6') && !INTERNAL_V6.check(address, 'ipv6') ? 'public' : 'internal';
    default:
      return 'internal';
  }
}

function blocks(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

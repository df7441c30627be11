import type { LookupFunction } from 'node:net';
import { addressKind } from './address-kind';
import type { ResolveHost } from './resolve-host';

/** The target is, or its name leads to, a machine that strangers may not have us talk to. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'FORBIDDEN_ADDRESS';

  constructor() {
    super('The address is not a public one');
  }
}

export interface AddressRule {
  /** Let loopback through as well (and it alone): for development, where receivers run on the same machine. */
  readonly allowLoopback: boolean;
}

export function isAllowedAddress(address: string, { allowLoopback }: AddressRule): boolean {
  const kind = addressKind(address);
  return kind === 'public' || (kind === 'loopback' && allowLoopback);
}

/**
 * A `lookup` for `net.connect` and all that is made of it. The connection goes to the very addresses that were judged here, so
 * a name server that answers with another one the next time (DNS rebinding) gains nothing. One forbidden address among several
 * forbids them all: no honest name has both.
 *
 * It is not asked about hosts that are addresses already: judge those before.
 */
export function guardedLookup(resolve: ResolveHost, rule: AddressRule): LookupFunction {
  return (hostname, options, callback) => {
    const family = options.family === 4 || options.family === 'IPv4' ? 4 : options.family ? 6 : 0;
    resolve(hostname).then(
      (addresses) => {
        const found = addresses
          .map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
          .filter((candidate) => family === 0 || candidate.family === family);
        const [first] = found;
        if (!addresses.every((address) => isAllowedAddress(address, rule))) {
          callback(new ForbiddenAddressError(), '');
        } else if (first === undefined) {
          callback(Object.assign(new Error('The name has no address'), { code: 'ENOTFOUND' }), '');
        } else if (options.all === true) {
          callback(null, found);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

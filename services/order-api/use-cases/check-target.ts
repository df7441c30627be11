import { isIP } from 'node:net';
import { ValidationError } from '../../../domain/errors';
import { type AddressKind, addressKind } from '../../../platform/address-kind';

/**
 * Refuses at once what could never be delivered to: plain HTTP, and addresses that are not on the public internet. With
 * `allowLoopback` this machine may be the receiver, by HTTP too. It saves its caller the wait and is no protection: a name may lead
 * anywhere by the time it is called, and is looked at again then, by whoever connects.
 * @throws ValidationError VALIDATION_FAILED on `field`
 */
export function checkTarget(target: string, field: string, allowLoopback: boolean): void {
  const { protocol, hostname } = new URL(target);
  const kind = kindOf(hostname);
  if (kind === 'internal' || (kind === 'loopback' && !allowLoopback)) {
    throw refused(field, 'must not be a private, local or reserved address');
  }
  if (protocol !== 'https:' && kind !== 'loopback') throw refused(field, 'must be an https URL');
}

/** Of a URL's host, which is an address in its one notation (IPv6 in brackets) or a name in lower case. */
function kindOf(hostname: string): AddressKind {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return addressKind(address);
  // RFC 6761: `localhost`, and every name below it, is this machine.
  return /(^|\.)localhost\.?$/.test(hostname) ? 'loopback' : 'public';
}

function refused(field: string, description: string): ValidationError {
  return ValidationError.ofFields([{ field, description }]);
}

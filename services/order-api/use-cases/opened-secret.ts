import { webhookSecretContext } from '../../../domain/notification';
import type { Keyring } from '../../../platform/keyring';
import { open } from '../../../platform/sealed-secret';

/** A webhook's secret, to be told again; undefined where there is none to tell. @throws SealedSecretError without its key */
export function openedSecret(secrets: Keyring, subscriptionId: string, sealed: string | undefined): string | undefined {
  return sealed && open(secrets, sealed, webhookSecretContext(subscriptionId));
}

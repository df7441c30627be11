import type { Pool } from 'pg';
import type { Keyring } from '../../../platform/keyring';
import type { SheetActivities } from '../../../workflows/sheet-contract';
import { createCheckSheet } from './check-sheet';
import { createSheetAccounts } from './sheet-accounts';

export interface SheetActivityDependencies {
  readonly pool: Pool;
  /** Opens the credentials that tenants gave. */
  readonly secrets: Keyring;
  /** A service account's JSON for tenants without one of their own; undefined: there is none. */
  readonly sharedCredentials: string | undefined;
  /** Where Google's API is instead; undefined: at Google. */
  readonly apiUrl: string | undefined;
}

/** What the workflows of the `sheets` queue may ask of this worker. */
export function createSheetActivities(dependencies: SheetActivityDependencies): SheetActivities {
  const accounts = createSheetAccounts(dependencies);
  return { checkSheet: createCheckSheet({ ...dependencies, accounts }) };
}

import type { Keyring } from '../../../platform/keyring';
import type { SheetActivities } from '../../../workflows/sheet-contract';
import { createCheckSheet } from './check-sheet';
import { createSheetAccounts } from './sheet-accounts';
import { createSweepSheets, type SweepSheetsDependencies } from './sweep-sheets';
import { createSyncSheet, type SyncSheetDependencies } from './sync-sheet';

export interface SheetActivityDependencies extends SweepSheetsDependencies, Omit<SyncSheetDependencies, 'accounts'> {
  /** Opens the credentials that tenants gave. */
  readonly secrets: Keyring;
  /** A service account's JSON for tenants without one of their own; undefined: there is none. */
  readonly sharedCredentials: string | undefined;
  /** Where Google's API is instead; undefined: at Google. */
  readonly apiUrl: string | undefined;
  /** Of one exchange with Google. */
  readonly timeoutMs: number;
}

/** What the workflows of the `sheets` queue may ask of this worker. */
export function createSheetActivities(dependencies: SheetActivityDependencies): SheetActivities {
  const accounts = createSheetAccounts(dependencies);
  return {
    checkSheet: createCheckSheet({ ...dependencies, accounts }),
    syncSheet: createSyncSheet({ ...dependencies, accounts }),
    sweepSheets: createSweepSheets(dependencies),
  };
}

import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { makeServiceAccount, type ServiceAccountFile } from '../google/service-account';
import type { Spreadsheet } from '../model/spreadsheet';
import { createStateWriter, readState, type State } from './state-file';

export interface Store {
  spreadsheet(id: string): Spreadsheet | undefined;
  spreadsheets(): readonly Spreadsheet[];
  /** Puts one in the place of the one with its id, at once for every reader; the promise is done when it is on disk, where there is one. */
  put(spreadsheet: Spreadsheet): Promise<void>;
  accounts(): ReadonlyMap<string, ServiceAccountFile>;
  /** The account with this address, made when it is not there. */
  account(email: string, project?: string): Promise<ServiceAccountFile>;
  removeAccount(email: string): Promise<void>;
  tokens(): State['tokens'];
  /** Makes all tokens invalid that were issued so far. */
  revokeTokens(): Promise<void>;
  /** Called with the id of each spreadsheet that was put. @returns a function that ends it. */
  onChange(listener: (id: string) => void): () => void;
  /** Done when everything is on disk. */
  saved(): Promise<void>;
}

/** @param dataFile where to keep it; without one it lives as long as the process. */
export function openStore(dataFile: string | undefined): Store {
  const before = dataFile === undefined ? undefined : readState(dataFile);
  const spreadsheets = new Map(before?.spreadsheets.map((one) => [one.id, one]));
  const accounts = new Map(before?.accounts.map((one) => [one.client_email, one]));
  let tokens = before?.tokens ?? { secret: randomBytes(32).toString('base64url'), epoch: 0 };
  const changes = new EventEmitter();
  // One for each open page.
  changes.setMaxListeners(0);
  const state = (): State => ({ accounts: [...accounts.values()], spreadsheets: [...spreadsheets.values()], tokens });
  /** Those whose keys are being made: of two that ask for the same one at once, the first would be left with a key that is not good. */
  const making = new Map<string, Promise<ServiceAccountFile>>();
  const save = dataFile === undefined ? () => Promise.resolve() : createStateWriter(dataFile, state);
  const makeAccount = async (email: string, project: string | undefined): Promise<ServiceAccountFile> => {
    const made = await makeServiceAccount(email, project);
    accounts.set(email, made);
    await save();
    return made;
  };
  return {
    spreadsheet: (id) => spreadsheets.get(id),
    spreadsheets: () => [...spreadsheets.values()],
    put(spreadsheet) {
      spreadsheets.set(spreadsheet.id, spreadsheet);
      changes.emit('change', spreadsheet.id);
      return save();
    },
    accounts: () => accounts,
    async account(email, project) {
      const known = making.get(email) ?? accounts.get(email);
      if (known !== undefined) return known;
      const made = makeAccount(email, project).finally(() => making.delete(email));
      making.set(email, made);
      return made;
    },
    removeAccount(email) {
      accounts.delete(email);
      return save();
    },
    tokens: () => tokens,
    revokeTokens() {
      tokens = { ...tokens, epoch: tokens.epoch + 1 };
      return save();
    },
    onChange(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },
    saved: save,
  };
}

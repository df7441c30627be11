import { randomBytes } from 'node:crypto';
import type { Quota, QuotaLimits } from '../google/quota';
import { addressOf, LOCAL_PROJECT, type ServiceAccountFile } from '../google/service-account';
import { shownText } from '../model/cell';
import { actAsPerson, type PersonAction, personAction } from '../model/person-action';
import { draftOf, findTab, newSpreadsheet, type Spreadsheet, usedColumns, usedRows } from '../model/spreadsheet';
import type { CallLog, LoggedCall } from './call-log';
import type { ActiveFault, CallMatch, FaultRule, Faults } from './fault';
import type { Hooks, Todo } from './hooks';
import type { Store } from './store';

/** There is no spreadsheet with this id. */
export class NoSpreadsheet extends Error {
  override readonly name = 'NoSpreadsheet';
}

/** Everything tests and people do to the model from outside Google's API; the HTTP control and the page call the same functions. */
export interface ModelControl {
  /** The account with this name (or full address), made when it is not there: what goes into GOOGLE_SHEETS_CREDENTIALS. */
  serviceAccount(name?: string, project?: string): Promise<ServiceAccountFile>;
  /** The same as the text of a key file. */
  serviceAccountJson(name?: string, project?: string): Promise<string>;
  /** As if it had been deleted in Google Cloud: no new tokens, and its old ones are refused. */
  removeAccount(email: string): Promise<void>;
  /** Every token issued so far is refused from now on (401). */
  revokeTokens(): Promise<void>;

  /** @returns its id; a spreadsheet with this id that is there already is left as it is. */
  createSpreadsheet(options?: NewSpreadsheet): Promise<string>;
  /** The spreadsheet as it is now; never changed afterwards. @throws NoSpreadsheet */
  spreadsheet(id: string): Spreadsheet;
  spreadsheets(): readonly Spreadsheet[];
  /** What a tab shows, without the blank end of the sheet, every row equally long; undefined when there is no such tab. @throws NoSpreadsheet */
  rows(id: string, tab: string): string[][] | undefined;

  /** A person does something, now. @throws PersonActionError, ZodError, NoSpreadsheet */
  act(id: string, action: PersonAction): Promise<void>;
  /** Runs once, right before the next call that fits looks at the spreadsheet. */
  beforeNext(match: CallMatch, todo: Todo): void;
  /** Runs once, when what the next call that fits did is stored, before it is answered. */
  afterNext(match: CallMatch, todo: Todo): void;

  /** Injects a fault; by default for the next call. @returns its id */
  fail(rule: FaultRule): number;
  faults(): readonly ActiveFault[];
  /** Takes a fault back, or all of them. */
  heal(id?: number): void;

  quota(): QuotaLimits;
  setQuota(limits: Partial<QuotaLimits>): void;
  /** As if a minute had passed. */
  resetQuota(): void;

  /** What was called, oldest first (the last 5,000). */
  calls(match?: CallMatch): readonly LoggedCall[];
  clearCalls(): void;
}

export interface NewSpreadsheet {
  readonly id?: string;
  readonly title?: string;
  /** Addresses of accounts that may edit it. */
  readonly shareWith?: readonly string[];
  /** Addresses of accounts that may only look at it. */
  readonly showTo?: readonly string[];
}

export interface ControlParts {
  readonly store: Store;
  readonly quota: Quota;
  readonly faults: Faults;
  readonly hooks: Hooks;
  readonly log: CallLog;
}

/** The account that the local stack uses. */
const DEFAULT_NAME = 'order-booking';

export function createControl({ store, quota, faults, hooks, log }: ControlParts): ModelControl {
  const spreadsheet = (id: string): Spreadsheet => {
    const found = store.spreadsheet(id);
    if (found === undefined) throw new NoSpreadsheet(`there is no spreadsheet ${id}`);
    return found;
  };
  const serviceAccount = (name = DEFAULT_NAME, project = LOCAL_PROJECT): Promise<ServiceAccountFile> =>
    store.account(name.includes('@') ? name : addressOf(name, project), project);
  return {
    serviceAccount,
    serviceAccountJson: async (name, project) =>
      `${JSON.stringify(await serviceAccount(name, project), undefined, 2)}\n`,
    removeAccount: (email) => store.removeAccount(email),
    revokeTokens: () => store.revokeTokens(),

    async createSpreadsheet({
      id = randomBytes(33).toString('base64url'),
      title = 'Orders',
      shareWith: sharedWith = [],
      showTo: viewers = [],
    } = {}) {
      if (store.spreadsheet(id) === undefined) await store.put(newSpreadsheet(id, title, { sharedWith, viewers }));
      return id;
    },
    spreadsheet,
    spreadsheets: () => store.spreadsheets(),
    rows(id, title) {
      const tab = findTab(spreadsheet(id), title);
      if (tab === undefined) return undefined;
      const width = usedColumns(tab);
      return Array.from({ length: usedRows(tab) }, (_, row) =>
        Array.from({ length: width }, (__, column) => shownText(tab.rows[row]?.[column])),
      );
    },

    async act(id, action) {
      const draft = draftOf(spreadsheet(id));
      actAsPerson(draft, personAction.parse(action));
      await store.put(draft);
    },
    beforeNext: (match, todo) => hooks.atNext('before', match, todo),
    afterNext: (match, todo) => hooks.atNext('after', match, todo),

    fail: (rule) => faults.add(rule),
    faults: () => faults.active(),
    heal: (id) => faults.remove(id),

    quota: () => quota.limits(),
    setQuota: (limits) => quota.setLimits(limits),
    resetQuota: () => quota.reset(),

    calls: (match = {}) =>
      log
        .all()
        .filter(
          (call) =>
            (match.method === undefined || match.method === call.method) &&
            (match.kind === undefined || match.kind === call.kind) &&
            (match.spreadsheet_id === undefined || match.spreadsheet_id === call.spreadsheetId) &&
            (match.account === undefined || match.account === call.account),
        ),
    clearCalls: () => log.clear(),
  };
}

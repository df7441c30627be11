import * as z from 'zod';
import { METHOD_NAMES, type Method } from '../api/route';

/** The calls that a fault or a hook is for: every one that fits all that is given. */
export const callMatch = z.strictObject({
  /** `token`, `spreadsheets.batchUpdate`, `values.get`…; without: any call to the API, but no `token`. */
  method: z.enum(['token', ...METHOD_NAMES]).optional(),
  kind: z.enum(['read', 'write']).optional(),
  spreadsheet_id: z.string().max(200).optional(),
  /** The service account's address. */
  account: z.string().max(320).optional(),
});
export type CallMatch = z.output<typeof callMatch>;

export const fault = z.discriminatedUnion('do', [
  /** Refuse, with Google's words for the status; nothing is changed. */
  z.strictObject({
    do: z.literal('refuse'),
    status: z.union([400, 401, 403, 404, 409, 429, 500, 503].map((status) => z.literal(status))),
    /** Google's own words for it, where they say more than the status. */
    message: z.string().max(500).optional(),
    /** Sent as the Retry-After header. */
    retry_after_seconds: z.int().min(0).max(86_400).optional(),
  }),
  /** Wait, then go on as usual. */
  z.strictObject({ do: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
  /** Cut the connection before anything is done. */
  z.strictObject({ do: z.literal('drop_before') }),
  /** Do what was asked, then cut the connection instead of answering: the caller cannot know. */
  z.strictObject({ do: z.literal('drop_after_commit') }),
  /** Do what was asked, and cut the connection in the middle of the answer. */
  z.strictObject({ do: z.literal('cut_answer') }),
  /** Do what was asked, and answer in twenty pieces over this time. */
  z.strictObject({ do: z.literal('drip'), over_ms: z.int().min(0).max(600_000) }),
  /** Do nothing and never answer. */
  z.strictObject({ do: z.literal('hang') }),
  /** Do what was asked and never answer. */
  z.strictObject({ do: z.literal('hang_after_commit') }),
]);
export type Fault = z.output<typeof fault>;

export const faultRule = z.strictObject({
  fault,
  match: callMatch.default({}),
  /** Let this many matching calls pass first. */
  skip: z.int().min(0).max(100_000).default(0),
  /** For how many calls; null: until it is taken back. */
  times: z.int().min(1).max(100_000).nullable().default(1),
});
export type FaultRule = z.input<typeof faultRule>;

export interface ActiveFault extends z.output<typeof faultRule> {
  readonly id: number;
}

/** A call as the matching sees it. */
export interface Call {
  readonly method: Method | 'token';
  readonly kind: 'read' | 'write' | 'token';
  readonly spreadsheetId: string | undefined;
  readonly account: string | undefined;
}

export function isMatch(match: CallMatch, call: Call): boolean {
  if (call.kind === 'token' ? match.method !== 'token' : match.method !== undefined && match.method !== call.method)
    return false;
  return (
    (match.kind === undefined || match.kind === call.kind) &&
    (match.spreadsheet_id === undefined || match.spreadsheet_id === call.spreadsheetId) &&
    (match.account === undefined || match.account === call.account)
  );
}

export interface Faults {
  add(rule: FaultRule): number;
  active(): readonly ActiveFault[];
  /** Without an id: all of them. */
  remove(id?: number): void;
  /** The fault that this call meets, if any; it is used up by that. The one set first comes first. */
  take(call: Call): Fault | undefined;
}

export function createFaults(): Faults {
  let active: ActiveFault[] = [];
  let lastId = 0;
  return {
    add(rule) {
      lastId += 1;
      active.push({ ...faultRule.parse(rule), id: lastId });
      return lastId;
    },
    active: () => active,
    remove(id) {
      active = id === undefined ? [] : active.filter((one) => one.id !== id);
    },
    take(call) {
      const matching = active.filter((one) => isMatch(one.match, call));
      // A rule that lets calls pass counts every one of them, also those that meet another rule.
      const met = matching.find(({ skip }) => skip === 0);
      active = active.flatMap((one) => {
        if (!matching.includes(one)) return [one];
        if (one.skip > 0) return [{ ...one, skip: one.skip - 1 }];
        if (one !== met || one.times === null) return [one];
        return one.times > 1 ? [{ ...one, times: one.times - 1 }] : [];
      });
      return met?.fault;
    },
  };
}

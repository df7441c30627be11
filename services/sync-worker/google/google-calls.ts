import type { sheets_v4 } from '@googleapis/sheets';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Pool } from 'pg';
import { causeOf } from '../../../domain/sheets/google-refusal';
import {
  blockGoogleCalls,
  bookGoogleCall,
  type GoogleBudget,
  type GoogleCallKind,
  googleBlockedFor,
} from '../../../persistence/sheets/google-call-budget';
import { databaseFailure } from '../../../platform/database-failure';
import { readGoogleFailure } from '../../../platform/google-failure';
import type { SheetAccount } from '../activities/sheet-accounts';
import { SheetFailure } from '../sheet-failure';

/** Calls that have their place in the account's budget and have not been made. */
export interface BookedCalls {
  readonly read: number;
  readonly write: number;
  /** Whose budget it is; places in another account's are no use. */
  readonly account?: string;
  /** How long it is until the last of these places, in milliseconds; 0: they have come. */
  readonly waitMs?: number;
}

/**
 * The next call's turn comes later than anybody wants to sit and wait for. What is booked is kept for when all is begun again:
 * also places for the calls that have been made by now, or it would end here again.
 */
export class NotYet extends Error {
  override readonly name = 'NotYet';

  constructor(
    readonly waitMs: number,
    readonly booked: BookedCalls,
  ) {
    super('the turn of this call has not come yet');
  }
}

type Call<T> = (sheets: sheets_v4.Sheets, options: { signal: AbortSignal }) => Promise<{ data: T }>;

/** The calls of one account, each in its turn, seen in traces, and none repeated. */
export interface GoogleCalls {
  /**
   * Books one read and one write, unless they are.
   * @throws NotYet as each call does
   */
  book(): Promise<void>;
  /** @throws NotYet before anything was sent; SheetFailure when Google refused or did not answer. */
  read<T>(name: string, call: Call<T>): Promise<T>;
  write<T>(name: string, call: Call<T>): Promise<T>;
}

export interface GoogleCallsOptions {
  readonly pool: Pool;
  readonly account: SheetAccount;
  readonly budget: GoogleBudget;
  readonly booked: BookedCalls;
  /**
   * Longest wait for a call's turn, before the first one and between two. Longer waits are for the workflow, which holds no
   * place of a worker meanwhile; but what has been read by then is read again.
   */
  readonly patienceMs: { readonly first: number; readonly between: number };
  /** Whether a call whose turn comes later keeps its place until then. Without, nothing is booked for it, and none is kept. */
  readonly keepsPlace: boolean;
  /** Aborted: the call is cut, and what became of a write is not known. */
  readonly signal: AbortSignal;
}

/**
 * Calls of a kind that places are booked for again, when a batch has to be begun anew after it made some. Fewer: a batch that people
 * get in the way of is cut off again before its end. More: a long repair, which goes on where it was, takes places that it will not need.
 */
const AGAIN_MAX = 4;

/** Where Google says "too many" and not for how long. */
const BLOCKED_MS = 10_000;

const tracer = trace.getTracer('order-booking/google-sheets');

export function createGoogleCalls(options: GoogleCallsOptions): GoogleCalls {
  const { pool, account, budget, patienceMs, keepsPlace, signal } = options;
  const isOurs = options.booked.account === undefined || options.booked.account === account.hash;
  const booked = isOurs ? { read: options.booked.read, write: options.booked.write } : { read: 0, write: 0 };
  /** When the places that were booked before have come: whoever is called sooner than he booked for has to wait all the same. */
  const heldUntil = isOurs ? Date.now() + (options.booked.waitMs ?? 0) : 0;
  const made = { read: 0, write: 0 };

  /** Sees to it that so many places of a kind are booked; says how long the last of them has to wait. */
  async function book(kind: GoogleCallKind, count = 1): Promise<number> {
    let wait = 0;
    for (; booked[kind] < count; booked[kind] += 1) {
      const withinMs = keepsPlace ? undefined : patienceMs.first;
      const place = await bookGoogleCall(pool, { account: account.hash, kind, budget, withinMs }).catch(unavailable);
      if (place === undefined) throw new NotYet(patienceMs.first, { ...booked, account: account.hash });
      wait = Math.max(wait, place);
    }
    return wait;
  }

  async function waitFor(ms: number): Promise<void> {
    // A place that was booked before Google asked to be left alone has to wait all the same.
    const wait = Math.max(ms, heldUntil - Date.now(), await googleBlockedFor(pool, account.hash).catch(unavailable));
    if (wait > patienceMs[made.read + made.write === 0 ? 'first' : 'between']) {
      const again = await Promise.all([
        book('read', booked.read + Math.min(made.read, AGAIN_MAX)),
        book('write', booked.write + Math.min(made.write, AGAIN_MAX)),
      ]);
      throw new NotYet(Math.max(wait, ...again), { ...booked, account: account.hash });
    }
    if (wait > 0) await pause(wait, signal);
  }

  async function make<T>(kind: GoogleCallKind, name: string, call: Call<T>): Promise<T> {
    await waitFor(await book(kind));
    booked[kind] -= 1;
    made[kind] += 1;
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: { 'rpc.system': 'google-sheets' } });
    try {
      const { data } = await call(account.sheets, { signal });
      return data;
    } catch (error) {
      const failure = readGoogleFailure(error, Date.now());
      const reason = causeOf(failure);
      span.setAttribute('error.type', reason);
      if (failure.status !== undefined) span.setAttribute('http.response.status_code', failure.status);
      span.setStatus({ code: SpanStatusCode.ERROR });
      const blockedMs = failure.retryAfterMs ?? (reason === 'rate_limited' ? BLOCKED_MS : undefined);
      // Not known to the others: then each of them is told by Google itself.
      if (blockedMs !== undefined) await blockGoogleCalls(pool, account.hash, blockedMs).catch(() => undefined);
      throw new SheetFailure(reason, failure);
    } finally {
      span.end();
    }
  }

  return {
    book: async () => waitFor(Math.max(await book('read'), await book('write'))),
    read: (name, call) => make('read', name, call),
    write: (name, call) => make('write', name, call),
  };
}

function unavailable(error: unknown): never {
  throw databaseFailure(error);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

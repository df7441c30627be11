import {
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from './contract';
import {
  nudgeSignal,
  type ParkedReason,
  resumeSignal,
  type SheetActivities,
  type SheetSyncInput,
  type SheetSyncProgress,
  type SheetSyncState,
  type SyncSheetInput,
  type SyncSheetResult,
  sheetSyncQuery,
} from './sheet-contract';
import { tellSubscribers } from './tell-subscribers';

const { syncSheet } = proxyActivities<SheetActivities>({
  // Four rounds of a read and a write, each given up after 20 s, and their turns. Shorter: a spreadsheet that is slow but well
  // is begun again and again. Longer: nothing, a worker that is lost is noticed by its heartbeat.
  startToCloseTimeout: '5 minutes',
  // Sent every two seconds. Shorter: a worker that stalls is taken for lost, and another one writes at the same time. Longer:
  // so long does a sheet wait for a worker that is lost.
  heartbeatTimeout: '10s',
  // For ever: what Google has against it is an answer and no failure. This is for Postgres being away and workers being lost.
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '20s' },
});

/**
 * The shortest time between the beginnings of two batches of a tenant. Shorter: a busy hour spends the account's calls on one
 * tenant's handful of rows. Longer: the sheet is further behind.
 */
const APART_MS = 4_000;
/**
 * How long after a look the last one comes. An order whose statement saw the flag up may commit after the sync has lowered
 * it, and nobody nudges for that one. Shorter than a statement may take (4 s, and its commit): such an order waits for the sweep.
 */
const QUIET_MS = 6_500;

/** From here on a wait for the account's turn is told to operators. Busy accounts with twenty tenants wait less. */
const LONG_MS = 45_000;

/**
 * Keeps one tenant's sheet up with its orders: wakes up on a nudge, writes batch after batch until nothing is behind, looks once
 * more, and ends. While Google refuses, it tries again with growing pauses; when that is no use, it parks the sheet and waits
 * for `resume`, whatever nudges come. What happened meanwhile is written then, because Postgres knows what the sheet lacks.
 */
export async function SheetSyncWorkflow(input: SheetSyncInput): Promise<void> {
  const sync = new SheetSync(input);
  for (;;) {
    const isOver = await sync.step();
    if (isOver && (await sync.untilToldOrCalled())) return;
    if (sync.isLong) await continueAsNew<typeof SheetSyncWorkflow>({ ...input, resumed: sync.progress });
  }
}

class SheetSync {
  private nudged = false;
  private resume: boolean;
  private attempt: number;
  private lateWriteUntil: number;
  private toldParkedAt: string | null;
  private booked: SyncSheetInput['booked'] = NOTHING_BOOKED;
  /** When the last of the booked places comes, in milliseconds since 1970. */
  private bookedFor = 0;
  private parkedCause: string | null = null;
  private state: SheetSyncState;
  /** Subscribers being told of a parked sheet. They hold nothing up but the run's end. */
  private telling = 0;

  constructor(private readonly input: SheetSyncInput) {
    const { resumed } = input;
    this.attempt = resumed?.attempt ?? 1;
    this.lateWriteUntil = resumed?.lateWriteUntil ?? 0;
    this.toldParkedAt = resumed?.toldParkedAt ?? null;
    this.resume = resumed?.resume ?? false;
    this.state = resumed?.state ?? 'syncing';
    setHandler(nudgeSignal, () => {
      this.nudged = true;
    });
    setHandler(resumeSignal, () => {
      this.resume = true;
    });
    setHandler(sheetSyncQuery, () => ({ state: this.state, parkedCause: this.parkedCause }));
  }

  get progress(): SheetSyncProgress {
    const { attempt, lateWriteUntil, toldParkedAt, resume, state } = this;
    return { attempt, lateWriteUntil, toldParkedAt, resume, state };
  }

  /** Whether the history is to begin anew, and nobody has to be told any more by this run. */
  get isLong(): boolean {
    return workflowInfo().continueAsNewSuggested && this.isTold;
  }

  /**
   * Waits until everybody has been told, or for the next nudge: a receiver that is down for hours must not keep orders from the sheet.
   * Says whether the run may end.
   */
  async untilToldOrCalled(): Promise<boolean> {
    await condition(() => this.isCalled || this.isTold);
    return !this.isCalled;
  }

  private get isTold(): boolean {
    return this.telling === 0 && allHandlersFinished();
  }

  /** One look, and the pause after it. Says whether nothing is left to do. */
  async step(): Promise<boolean> {
    const began = Date.now();
    // A write that was given up may have come through by now: everything is looked at.
    const audit = this.lateWriteUntil > 0 && this.lateWriteUntil <= began;
    const { resume } = this;
    // A resume may have come before the places: Google would be called more often than it was promised.
    const booked = { ...this.booked, waitMs: Math.max(0, this.bookedFor - began) };
    this.nudged = false;
    this.resume = false;
    this.booked = NOTHING_BOOKED;
    this.bookedFor = 0;
    if (resume) this.attempt = 1;
    const result = await syncSheet({ userId: this.input.userId, attempt: this.attempt, resume, audit, booked });
    this.parkedCause = result.kind === 'parked' ? result.parked.cause : null;
    if (audit && result.kind === 'synced') this.lateWriteUntil = 0;
    this.noteLateWrite(result);
    switch (result.kind) {
      case 'off':
        return true;
      case 'idle':
        return this.rest(began, result.fellBehind);
      case 'wait':
        await this.waitForTurn(result);
        return false;
      case 'synced':
      case 'overtaken':
        this.attempt = 1;
        this.show('syncing');
        return this.rest(began, true);
      case 'retry':
        await this.wait(result);
        return false;
      case 'parked':
        await this.park(result.parked);
        return false;
    }
  }

  /** Waits for the next nudge, or until a last look may be taken; over when that one finds nothing. */
  private async rest(began: number, isBusy: boolean): Promise<boolean> {
    if (isBusy) {
      await condition(() => this.isCalled, QUIET_MS);
      const left = began + APART_MS - Date.now();
      if (left > 0) await sleep(left);
      return false;
    }
    if (this.isCalled) return false;
    if (this.lateWriteUntil === 0) return true;
    await condition(() => this.isCalled, Math.max(1, this.lateWriteUntil - Date.now()));
    return false;
  }

  private get isCalled(): boolean {
    return this.nudged || this.resume;
  }

  private noteLateWrite(result: SyncSheetResult): void {
    if (!('lateWriteMs' in result) || result.lateWriteMs === undefined) return;
    this.lateWriteUntil = Date.now() + result.lateWriteMs;
  }

  /**
   * The account's turn comes later. Seconds are nothing to speak of; minutes are Google's wish to be left alone, and whoever saves
   * another account meanwhile need not wait for this one's. For the same one the look that a resume asks for waits for what is left.
   */
  private async waitForTurn({ ms, booked }: Extract<SyncSheetResult, { kind: 'wait' }>): Promise<void> {
    if (ms >= LONG_MS) {
      this.show(
        'waiting',
        `**rate_limited**: Google wants to be left alone by the service account; the next look comes after ${Math.ceil(ms / 1_000)} s.`,
      );
    }
    this.booked = booked;
    this.bookedFor = Date.now() + ms;
    await condition(() => this.resume, ms);
  }

  private async wait({ cause, afterMs }: Extract<SyncSheetResult, { kind: 'retry' }>): Promise<void> {
    this.show(
      'waiting',
      `**${cause}**: try ${this.attempt} failed; the next one comes after ${Math.ceil(afterMs / 1_000)} s.`,
    );
    this.attempt += 1;
    await condition(() => this.resume, afterMs);
  }

  private async park(parked: ParkedReason): Promise<void> {
    const { cause, message, whatToDo, at } = parked;
    this.show(
      'parked',
      `**Parked: ${cause}** since ${at}. ${message}\n\n${whatToDo}\n\nOr send the signal \`resume\`.`,
    );
    if (this.toldParkedAt !== at) this.tell(parked);
    this.toldParkedAt = at;
    // A nudge asks for a look as well, which sees in Postgres whether the sheet is still parked: the signal that it is not may
    // have been lost.
    await condition(() => this.isCalled || this.isLong);
    this.attempt = 1;
  }

  private tell({ cause, message, whatToDo, at, subscriptions }: ParkedReason): void {
    const news = {
      userId: this.input.userId,
      event: 'sheet.parked',
      eventId: `evt_sheet_parked_${Date.parse(at)}`,
      correlationId: `sheet_${uuid4()}`,
      data: { cause, message, what_to_do: whatToDo },
    } as const;
    this.telling += 1;
    tellSubscribers(news, { taskQueue: this.input.notificationsTaskQueue, subscriptions })
      .catch((error: unknown) => log.error('subscribers could not be told', { error }))
      .finally(() => {
        this.telling -= 1;
      });
  }

  /** For operators. Written only where it changes: an upsert costs an event of the history. */
  private show(state: SheetSyncState, details = ''): void {
    setCurrentDetails(details);
    if (this.state === state) return;
    this.state = state;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.sheetSync, value: state }]);
  }
}

const NOTHING_BOOKED = { read: 0, write: 0 };

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BookingLocale } from '../../domain/booking/booking';
import type { ErrorCode } from '../../domain/errors';
import type { Guardrail } from '../../domain/guardrails/guardrail';
import type {
  BookingCall,
  BookingCallName,
  BookingDoor,
  BookingReply,
  DecisionLine,
  DoorTenant,
  OrderLine,
} from './booking-door';

/** A labelled transcript of `examples/conversations`; the README there says what each field means. */
export interface Conversation {
  readonly id: string;
  readonly title: string;
  readonly locale: BookingLocale;
  readonly labels: readonly string[];
  readonly tenant?: DoorTenant;
  readonly steps: readonly ConversationStep[];
  readonly expect: { readonly orders: readonly OrderLine[] };
}

export type ConversationStep = CallStep | WaitStep | SwitchStep;

interface WaitStep {
  readonly step: 'wait';
  readonly seconds: number;
}

interface SwitchStep {
  readonly step: 'switch';
  readonly order_booking_enabled: boolean;
}

export interface CallStep {
  readonly step: BookingCallName;
  /** Which of the conversation's bookings; `a` where it is left out. */
  readonly in?: string;
  readonly as?: 'other_tenant';
  readonly expect: ExpectedReply;
  readonly [field: string]: unknown;
}

export type ExpectedReply =
  | { readonly outcome: 'accepted' | 'repeated' | 'answered_again'; readonly next_step?: string | null }
  | {
      readonly outcome: 'blocked';
      readonly code: ErrorCode;
      readonly guardrail?: Guardrail;
      readonly reason?: string;
      readonly field?: string;
      readonly candidates?: readonly string[];
    };

const FOLDER = join(__dirname, '..', '..', 'examples', 'conversations');

export interface ConversationFile {
  readonly name: string;
  readonly text: string;
  readonly conversations: readonly Conversation[];
}

/** Every file of transcripts. */
export function conversationFiles(): readonly ConversationFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      const conversations = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Conversation);
      return { name, text, conversations };
    });
}

export function isCall(step: ConversationStep): step is CallStep {
  return step.step !== 'wait' && step.step !== 'switch';
}

/** What the agent has been given in one booking. */
interface Memory {
  id: string;
  readonly digests: string[];
  readonly keys: string[];
  readonly payloads: Readonly<Record<string, unknown>>[];
  /** Under each step id, what was answered first. */
  readonly answers: Map<string, BookingReply>;
  /** What has to stand in the booking's records. */
  readonly lines: ExpectedLine[];
}

type ExpectedLine = Pick<DecisionLine, 'step' | 'decision' | 'guardrail'> & { readonly reason: string | undefined };

/**
 * Plays a transcript through a door, and tells everything that was otherwise than it says: each answer, the orders that
 * there are in the end, and the records of each booking. The first wrong answer ends the play.
 */
export async function playConversation(conversation: Conversation, door: BookingDoor): Promise<readonly string[]> {
  const memories = new Map<string, Memory>();
  for (const [index, step] of conversation.steps.entries()) {
    if (step.step === 'wait') {
      if (door.wait === undefined) throw new Error('time cannot be moved behind this door');
      door.wait((step as WaitStep).seconds);
    } else if (step.step === 'switch') {
      await door.switchBooking((step as SwitchStep).order_booking_enabled);
    } else {
      const problem = await playStep(conversation, step as CallStep, memories, door);
      if (problem !== undefined) return [`step ${index + 1}, ${step.step}: ${problem}`];
    }
  }
  return [...(await wrongOrders(conversation, door)), ...(await wrongRecords(memories, door))];
}

async function playStep(
  conversation: Conversation,
  step: CallStep,
  memories: Map<string, Memory>,
  door: BookingDoor,
): Promise<string | undefined> {
  const name = step.in ?? 'a';
  const call = callOf(conversation, step, memories, door);
  const reply = await door.send(call);
  const memory = remember(memories, name, step, reply);
  const stepId = step.step_id as string | undefined;
  const first = stepId === undefined ? undefined : memory?.answers.get(stepId);
  if (stepId !== undefined && first === undefined) memory?.answers.set(stepId, reply);
  if (step.expect.outcome === 'answered_again') {
    if (first === undefined) return 'nothing was answered under this step id before';
    return sameJson(reply, first) ? undefined : `${told(reply)}, and ${told(first)} before`;
  }
  noteLine(memory, step);
  return mismatch(step, reply);
}

function callOf(
  conversation: Conversation,
  { step, in: name = 'a', as, expect: _, ...fields }: CallStep,
  memories: ReadonlyMap<string, Memory>,
  door: BookingDoor,
): BookingCall {
  const caller = as === undefined ? {} : { asOther: true };
  const known = (value: unknown) => resolved(value, name, memories, door);
  if (step === 'start') return { name: step, fields: { locale: conversation.locale, ...fields }, ...caller };
  if (step === 'create_order') {
    const { key, key_parts: parts, payload, change, ...more } = fields;
    const userId = as === undefined ? door.userId : door.otherUserId;
    const body = {
      version: '1.0',
      action: 'create_order',
      ...(key === undefined ? {} : { idempotency_key: pieced(known(key), known(parts)) }),
      payload: {
        source: 'ai',
        ...(known(payload) as object),
        user_id: userId,
        ...(known(change) as object),
      },
      ...more,
    };
    return { name: step, fields: body, ...caller };
  }
  const memory = memories.get(name);
  if (memory === undefined) throw new Error(`booking ${name} was never started`);
  return { name: step, bookingId: memory.id, fields: known(fields) as Record<string, unknown>, ...caller };
}

/** Some parts of a key, which are parted by dots, from another text; those of a whole key are the parts at the same places. */
function pieced(key: unknown, parts: unknown): unknown {
  if (parts === undefined) return key;
  const pieces = String(key).split('.');
  for (const [place, part] of Object.entries(parts as Record<number, string>)) {
    pieces[Number(place)] = part.includes('.') ? (part.split('.')[Number(place)] ?? '') : part;
  }
  return pieces.join('.');
}

const PLACEHOLDER = /^\$(?:(\w+)\.)?(digest|key|payload|user_id|other_user_id)(:previous)?$/;

/** Puts in what earlier answers gave, for every text that stands for it. */
function resolved(value: unknown, name: string, memories: ReadonlyMap<string, Memory>, door: BookingDoor): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, name, memories, door));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([field, one]) => [field, resolved(one, name, memories, door)]),
    );
  }
  const match = typeof value === 'string' ? PLACEHOLDER.exec(value) : null;
  if (match === null) return value;
  const [, other = name, what, previous] = match;
  if (what === 'user_id') return door.userId;
  if (what === 'other_user_id') return door.otherUserId;
  const memory = memories.get(other);
  const given = what === 'digest' ? memory?.digests : what === 'key' ? memory?.keys : memory?.payloads;
  const found = given?.at(previous === undefined ? -1 : -2);
  if (found === undefined) throw new Error(`nothing was given yet that ${String(value)} could stand for`);
  return found;
}

/** Keeps what an answer gives the agent for later. */
function remember(
  memories: Map<string, Memory>,
  name: string,
  step: CallStep,
  reply: BookingReply,
): Memory | undefined {
  if (!reply.ok) return memories.get(name);
  const { booking, summary_digest: digest, idempotency_key: key, payload } = reply.data as Partial<GivenData>;
  if (step.step === 'start' && booking !== undefined) {
    const memory = { id: booking.id, digests: [], keys: [], payloads: [], answers: new Map(), lines: [] };
    memories.set(name, memory);
    return memory;
  }
  const memory = memories.get(name);
  if (memory === undefined || step.step === 'create_order') return memory;
  if (digest !== undefined && memory.digests.at(-1) !== digest) memory.digests.push(digest);
  if (key !== undefined && payload !== undefined && memory.keys.at(-1) !== key) {
    memory.keys.push(key);
    memory.payloads.push(payload);
  }
  return memory;
}

interface GivenData {
  readonly booking: { readonly id: string; readonly next_step: string | null };
  readonly summary_digest: string;
  readonly idempotency_key: string;
  readonly idempotent_replayed: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What an answer is otherwise than expected; undefined when it is as it should be. */
function mismatch({ step, expect }: CallStep, reply: BookingReply): string | undefined {
  const wrong = `expected ${JSON.stringify(expect)}, but ${told(reply)}`;
  if (expect.outcome !== 'blocked') {
    if (!reply.ok) return wrong;
    const { idempotent_replayed: replayed, booking } = reply.data as Partial<GivenData>;
    // Of the other steps the records tell.
    if (step === 'create_order' && replayed !== (expect.outcome === 'repeated')) return wrong;
    return 'next_step' in expect && expect.next_step !== booking?.next_step ? wrong : undefined;
  }
  if (reply.ok || reply.code !== expect.code) return wrong;
  const { guardrail, reason, field, candidates, ask, allowed_actions: allowed } = reply.details;
  if (expect.guardrail !== guardrail) return wrong;
  if (expect.guardrail !== undefined && (ask === undefined || !Array.isArray(allowed))) {
    return `told nothing of how to go on: ${told(reply)}`;
  }
  if (expect.reason !== undefined && expect.reason !== reason) return wrong;
  if (expect.field !== undefined && expect.field !== field && !reply.fields.includes(expect.field)) return wrong;
  return expect.candidates === undefined || sameJson(candidates, expect.candidates) ? undefined : wrong;
}

function told(reply: BookingReply): string {
  if (reply.ok) return `it was accepted: ${JSON.stringify(reply.data)}`;
  return `it was refused with ${reply.code}: ${JSON.stringify({ ...reply.details, fields: reply.fields })}`;
}

/** Notes the line that this step leaves in its booking's records. */
function noteLine(memory: Memory | undefined, { step, as, expect }: CallStep): void {
  if (memory === undefined || step === 'get_booking' || as !== undefined) return;
  if (expect.outcome !== 'blocked') {
    const decision = expect.outcome === 'repeated' ? 'repeated' : 'accepted';
    memory.lines.push({ step, decision, guardrail: null, reason: undefined });
  } else if (expect.guardrail !== undefined && step !== 'start') {
    memory.lines.push({ step, decision: 'blocked', guardrail: expect.guardrail, reason: expect.reason });
  }
}

async function wrongOrders({ expect }: Conversation, door: BookingDoor): Promise<readonly string[]> {
  const orders = await door.orders();
  if (sameJson(orders, expect.orders)) return [];
  return [`the orders are ${JSON.stringify(orders)} instead of ${JSON.stringify(expect.orders)}`];
}

async function wrongRecords(memories: ReadonlyMap<string, Memory>, door: BookingDoor): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [name, { id, lines: all }] of memories) {
    const lines = all.filter(isCompared);
    const recorded = (await door.decisions(id)).filter(isCompared);
    for (const [index, line] of lines.entries()) {
      const found = recorded[index];
      const same =
        found?.step === line.step &&
        found.decision === line.decision &&
        found.guardrail === line.guardrail &&
        (line.reason === undefined || found.reason === line.reason);
      if (!same) problems.push(`line ${index + 1} of ${name}'s records: ${JSON.stringify([found, line])}`);
    }
    if (recorded.length > lines.length) problems.push(`${name} has ${recorded.length - lines.length} lines too many`);
  }
  return problems;
}

/**
 * Whether a line has to be there in every case. A refused order is recorded where its key says that it belongs; what is asked of
 * a booking that is over is answered by whoever is asked first, the run that ends or the database.
 */
function isCompared({ step, decision, guardrail }: Pick<DecisionLine, 'step' | 'decision' | 'guardrail'>): boolean {
  if (step === 'expire' || guardrail === 'booking_open') return false;
  if (step === 'create_order') return decision === 'accepted';
  return !(step === 'abandon_booking' && decision === 'repeated');
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

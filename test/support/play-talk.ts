import { type Act, AgentNotebook, type Command } from './booking-agent';
import type { BookingDoor, BookingReply } from './booking-door';
import { type BookingModel, EMPTY_MODEL, judge, type Verdict } from './booking-model';
import { type Exchange, unjustified } from './booking-trace';

export interface PlayedTalk {
  /** Everything that should not be so; empty when all is well. */
  readonly problems: readonly string[];
  /** How often each call came to each verdict: `create_order accepted`. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/**
 * Lets an agent do what came into its head, and compares every answer with the reference model. Calls that are sent at once
 * have to be answered as if they had come one after the other, in either order. The first answer that is wrong ends the talk;
 * the promise about the orders is checked in any case.
 */
export async function playTalk(commands: readonly Command[], door: BookingDoor): Promise<PlayedTalk> {
  const notebook = new AgentNotebook(door.userId);
  const exchanges: Exchange[] = [];
  const verdicts: Record<string, number> = {};
  const problems: string[] = [];
  let model = EMPTY_MODEL;

  for (let at = 0; at < commands.length && problems.length === 0; at += 1) {
    const command = commands[at];
    if (command === undefined) break;
    const { move } = command;
    if (move.kind === 'wait') {
      door.wait?.(move.seconds);
    } else if (move.kind === 'switch') {
      await door.switchBooking(move.enabled);
      model = { ...model, enabled: move.enabled };
    } else {
      const acts = actsOf(command, commands[at + 1], at, notebook);
      if (acts.joined) at += 1;
      await exchange(acts);
    }
  }
  problems.push(...unjustified(exchanges, await door.orders()));
  return { problems, verdicts };

  async function exchange({ acts, named }: Acts): Promise<void> {
    const replies = await Promise.all(acts.map(({ call }) => door.send(call)));
    const answered = acts.map((act, place): Exchange => ({ act, reply: replyAt(replies, place) }));
    for (const { act, reply } of answered) notebook.note(act, reply);
    if (named && JSON.stringify(replies[0]) !== JSON.stringify(replies[1])) {
      problems.push(`one step, two answers: ${JSON.stringify(replies)}`);
      return;
    }
    const told = judgeInSomeOrder(model, named ? answered.slice(0, 1) : answered, door.now());
    if ('wrong' in told) {
      problems.push(told.wrong);
      exchanges.push(...answered);
      return;
    }
    model = told.model;
    exchanges.push(...told.exchanges);
    for (const line of told.lines) verdicts[line] = (verdicts[line] ?? 0) + 1;
  }
}

interface Acts {
  readonly acts: readonly Act[];
  /** Whether both are one step under one id. */
  readonly named: boolean;
}

function actsOf(
  { move: _, ...command }: Command,
  next: Command | undefined,
  at: number,
  notebook: AgentNotebook,
): Acts & { readonly joined: boolean } {
  const act = notebook.actOf({ move: _, ...command });
  const alone = { acts: [act], named: false, joined: false };
  // Two starts are two bookings.
  if (act.truth.name === 'start') return alone;
  if (command.twice !== 'no') {
    // The key of an order is its id.
    const named = command.twice === 'one id' && act.truth.name !== 'create_order';
    const call = named ? { ...act.call, fields: { ...act.call.fields, step_id: `step-${at}` } } : act.call;
    return {
      acts: [
        { ...act, call },
        { ...act, call },
      ],
      named,
      joined: false,
    };
  }
  if (!command.withNext || next === undefined || next.move.kind === 'wait' || next.move.kind === 'switch') return alone;
  const other = notebook.actOf(next);
  return other.truth.name === 'start' ? alone : { acts: [act, other], named: false, joined: true };
}

type InOrder =
  | { readonly model: BookingModel; readonly exchanges: readonly Exchange[]; readonly lines: readonly string[] }
  | { readonly wrong: string };

function judgeInSomeOrder(model: BookingModel, answered: readonly Exchange[], at: number): InOrder {
  const first = judgeInOrder(model, answered, at);
  if (!('wrong' in first) || answered.length < 2) return first;
  const second = judgeInOrder(model, answered.toReversed(), at);
  return 'wrong' in second ? { wrong: `${first.wrong}; the other way round: ${second.wrong}` } : second;
}

function judgeInOrder(model: BookingModel, exchanges: readonly Exchange[], at: number): InOrder {
  let now = model;
  const lines: string[] = [];
  for (const { act, reply } of exchanges) {
    const judged = judge(now, act, reply, at);
    if ('wrong' in judged) return { wrong: `${act.call.name} ${JSON.stringify(act.call.fields)}: ${judged.wrong}` };
    now = judged.model;
    lines.push(line(act, judged.verdict));
  }
  return { model: now, exchanges, lines };
}

function line(act: Act, verdict: Verdict): string {
  return `${act.call.name} ${verdict}`;
}

function replyAt(replies: readonly BookingReply[], place: number): BookingReply {
  const reply = replies[place];
  if (reply === undefined) throw new Error('a call without an answer');
  return reply;
}

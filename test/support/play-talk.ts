import { type Act, AgentNotebook } from './booking-agent';
import type { BookingDoor, BookingReply } from './booking-door';
import { type BookingModel, EMPTY_MODEL, judge } from './booking-model';
import type { Command } from './booking-talk';
import { type Exchange, unjustified } from './booking-trace';

export interface PlayedTalk {
  /** Everything that should not be so; empty when all is well. */
  readonly problems: readonly string[];
  /** How often each call came to each verdict: `create_order accepted`. */
  readonly verdicts: Readonly<Record<string, number>>;
}

/** One way in which all that happened may have come about: calls that are sent at once can have come in either order. */
interface Story {
  readonly model: BookingModel;
  readonly exchanges: readonly Exchange[];
  readonly verdicts: readonly string[];
}

/**
 * Lets an agent do what came into its head, and compares every answer with the reference model. Calls that are sent at once
 * have to be answered as if they had come one after the other, in either order. The first answer that fits into no story ends
 * the talk; the promise about the orders is checked in any case.
 */
export async function playTalk(commands: readonly Command[], door: BookingDoor): Promise<PlayedTalk> {
  const notebook = new AgentNotebook(door.userId);
  let stories: readonly Story[] = [{ model: EMPTY_MODEL, exchanges: [], verdicts: [] }];
  const problems: string[] = [];

  for (let at = 0; at < commands.length && problems.length === 0; at += 1) {
    const command = commands[at];
    if (command === undefined) break;
    const { move } = command;
    if (move.kind === 'wait') {
      door.wait?.(move.seconds);
    } else if (move.kind === 'switch') {
      await door.switchBooking(move.enabled);
      stories = stories.map((story) => ({ ...story, model: { ...story.model, enabled: move.enabled } }));
    } else {
      const acts = actsOf(command, commands[at + 1], at, notebook);
      if (acts.joined) at += 1;
      await exchange(acts);
    }
  }
  const [story] = stories;
  if (story === undefined) throw new Error('nothing can have happened');
  problems.push(...unjustified(story.exchanges, await door.orders()));
  return { problems, verdicts: counted(story.verdicts) };

  async function exchange({ acts, named }: Acts): Promise<void> {
    const sentAt = door.now();
    const replies = await Promise.all(acts.map(({ call }) => door.send(call)));
    const answered = acts.map((act, place): Exchange => ({ act, reply: replyAt(replies, place) }));
    for (const { act, reply } of answered) notebook.note(act, reply);
    if (named && JSON.stringify(replies[0]) !== JSON.stringify(replies[1])) {
      problems.push(`one step, two answers: ${JSON.stringify(replies)}`);
      return;
    }
    const heard = named ? answered.slice(0, 1) : answered;
    const orders = door.keepsOrder === true ? [heard] : inEveryOrder(heard);
    const told = stories.flatMap((story) => orders.map((order) => goOn(story, order, door.now(), sentAt)));
    const fitting = told.flatMap((next) => ('wrong' in next ? [] : [next]));
    if (fitting.length > 0) {
      stories = fitting.length === 1 ? fitting : different(fitting);
      return;
    }
    problems.push(...new Set(told.flatMap((next) => ('wrong' in next ? [next.wrong] : []))));
    stories = stories.map((story) => ({ ...story, exchanges: [...story.exchanges, ...answered] }));
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

/** In the order of sending first. */
function inEveryOrder(answered: readonly Exchange[]): readonly (readonly Exchange[])[] {
  return answered.length < 2 ? [answered] : [answered, answered.toReversed()];
}

function goOn(
  story: Story,
  exchanges: readonly Exchange[],
  at: number,
  sentAt: number,
): Story | { readonly wrong: string } {
  let { model } = story;
  const verdicts = [...story.verdicts];
  for (const { act, reply } of exchanges) {
    const judged = judge(model, act, reply, at, sentAt);
    if ('wrong' in judged) return { wrong: `${act.call.name} ${JSON.stringify(act.call.fields)}: ${judged.wrong}` };
    model = judged.model;
    verdicts.push(`${act.call.name} ${judged.verdict}`);
  }
  return { model, exchanges: [...story.exchanges, ...exchanges], verdicts };
}

/** Without those that come to the same. */
function different(stories: readonly Story[]): readonly Story[] {
  return [...new Map(stories.toReversed().map((story) => [JSON.stringify(story.model), story])).values()].toReversed();
}

function counted(verdicts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

function replyAt(replies: readonly BookingReply[], place: number): BookingReply {
  const reply = replies[place];
  if (reply === undefined) throw new Error('a call without an answer');
  return reply;
}

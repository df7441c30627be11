import {
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { BookingLocale } from '../../../../domain/booking/booking';
import { SystemError } from '../../../../domain/errors';
import { questionForm, REPLY_FIELD } from './question-form';

/** People look things up and ask at home. Longer holds a connection open for nobody; shorter takes the form from under their hands. */
const ANSWER_WITHIN_MS = 5 * 60_000;
const ANSWER = 'answer';
/** Answers that a session remembers. Of one that is forgotten, a step that is sent again asks the customer once more. */
const ANSWERS_KEPT = 100;

export interface CustomerQuestion extends AskedAbout {
  /** Shown as it is. */
  readonly text: string;
  readonly locale: BookingLocale;
}

/** What a question is about, so that an answer to another one cannot stand for it. */
export interface AskedAbout {
  /** Names exactly what is asked about. */
  readonly about: string;
  /** The agent's name for the step: sent again under it, the step is the same, and so is its answer. */
  readonly stepId: string | undefined;
}

/** What came of a question. */
export type CustomerAnswer =
  | { readonly kind: 'words'; readonly words: string }
  /** Turned down, or closed without an answer. */
  | { readonly kind: 'declined' }
  /** Nobody answered: the form could not be shown, or nobody was there in time. */
  | { readonly kind: 'unanswered' }
  /** The client does not know how to ask, whatever it said: the same as one that never said it. */
  | { readonly kind: 'unable' }
  /** The question goes out with this result; the client calls the tool again with the answer. */
  | { readonly kind: 'asked'; readonly result: InputRequiredResult };

/** Asks the person in front of the client, past the model. */
export interface CustomerAsker {
  /** Whether the client says that it can show a form. */
  canAsk(ctx: ServerContext): boolean;
  /** The answer to this question that is there already: it came with this very call, or to this very step. */
  answerTo(asked: AskedAbout, ctx: ServerContext): CustomerAnswer | undefined;
  /** That the answer was refused: whoever asks again wants another one. */
  forget(asked: AskedAbout): void;
  /** @throws SystemError UNAVAILABLE when the server, or the caller, goes away while the customer thinks */
  ask(question: CustomerQuestion, ctx: ServerContext): Promise<CustomerAnswer>;
}

/** What a question leaves with the client, signed, until its answer comes back. */
export interface PendingQuestion {
  readonly about: string;
}

/** Signs the state of a question that travels through a client. */
export type SealQuestion = (question: PendingQuestion, ctx: ServerContext) => Promise<string>;

/**
 * Clients of 2026 get the question as the call's result and repeat the call with the answer. That a question was really asked is
 * proven by the state signed here, which has come back (`ServerOptions.requestState` has verified it).
 */
export function askByResult(seal: SealQuestion): CustomerAsker {
  return {
    canAsk: ({ mcpReq: { envelope } }) =>
      showsForms((envelope as Readonly<Record<string, unknown>> | undefined)?.[CLIENT_CAPABILITIES_META_KEY]),
    answerTo({ about }, ctx) {
      if (ctx.mcpReq.requestState<PendingQuestion>()?.about !== about) return undefined;
      const response = inputResponse(ctx.mcpReq.inputResponses, ANSWER);
      return response.kind === 'elicit' ? answerOf(response) : { kind: 'unanswered' };
    },
    forget: () => undefined,
    async ask({ text, locale, about }, ctx) {
      const form = { mode: 'form' as const, message: text, requestedSchema: questionForm(locale) };
      const requestState = await seal({ about }, ctx);
      const result = inputRequired({ inputRequests: { [ANSWER]: inputRequired.elicit(form) }, requestState });
      return { kind: 'asked', result };
    },
  };
}

/**
 * Clients of 2025 are asked by a request of ours within the call, which waits for the answer. What a customer has said to a step is
 * kept for as long as the session: a step whose own answer got lost is sent again, and nobody should have to say it twice.
 */
export function askByRequest(capabilities: () => unknown, closing: AbortSignal): CustomerAsker {
  const answers = new Map<string, CustomerAnswer>();

  function remember({ about, stepId }: AskedAbout, answer: CustomerAnswer): void {
    if (stepId !== undefined) answers.set(keyOf(about, stepId), answer);
    for (const oldest of answers.keys()) {
      if (answers.size <= ANSWERS_KEPT) return;
      answers.delete(oldest);
    }
  }

  return {
    canAsk: () => showsForms(capabilities()),
    answerTo: ({ about, stepId }) => (stepId === undefined ? undefined : answers.get(keyOf(about, stepId))),
    forget({ about, stepId }) {
      if (stepId !== undefined) answers.delete(keyOf(about, stepId));
    },
    async ask({ text, locale, ...asked }, ctx) {
      const params = { mode: 'form' as const, message: text, requestedSchema: questionForm(locale) };
      const signal = AbortSignal.any([ctx.mcpReq.signal, closing]);
      try {
        const options = { timeout: ANSWER_WITHIN_MS, signal };
        const answer = answerOf(await ctx.mcpReq.send({ method: 'elicitation/create', params }, options));
        remember(asked, answer);
        return answer;
      } catch (error) {
        if (closing.aborted) throw new SystemError('UNAVAILABLE', 'The server is going away; ask the customer again');
        // Nobody waits for this call any more. Taken for silence, it would use up the step's name, and a yes to the same step,
        // sent again, would be refused.
        if (ctx.mcpReq.signal.aborted)
          throw new SystemError('UNAVAILABLE', 'The call was given up; ask the customer again');
        // The client's answer, which no model writes. Refused for ever instead, its customers could order nothing.
        if (error instanceof ProtocolError && error.code === ProtocolErrorCode.MethodNotFound)
          return { kind: 'unable' };
        // A form that failed, or a customer who went away: neither is a yes.
        return { kind: 'unanswered' };
      }
    },
  };
}

function keyOf(about: string, stepId: string): string {
  return JSON.stringify([about, stepId]);
}

/** A client that names no kind of form can show plain ones: the kinds came later. */
function showsForms(capabilities: unknown): boolean {
  const { elicitation } = (capabilities ?? {}) as { readonly elicitation?: unknown };
  if (typeof elicitation !== 'object' || elicitation === null) return false;
  return 'form' in elicitation || !('url' in elicitation);
}

function answerOf(response: {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Readonly<Record<string, unknown>> | undefined;
}): CustomerAnswer {
  if (response.action !== 'accept') return { kind: 'declined' };
  const words = response.content?.[REPLY_FIELD];
  return { kind: 'words', words: typeof words === 'string' ? words : '' };
}

/** What a log line may say about an error. */
export interface DescribedError {
  readonly name: string;
  /** The error's `code` (SQLSTATE, errno, gRPC number, one of our own). */
  readonly code?: string | number;
  /** The `type` of a Temporal failure. */
  readonly type?: string;
  /** Only of errors whose code is known to come with a message that is written for everybody. */
  readonly message?: string;
  /** The innermost calls first. */
  readonly frames?: readonly string[];
  readonly cause?: DescribedError;
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
/** SQLSTATE classes start with digits. */
const CODE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** A line that V8 wrote: a call and a place in a file, both of code. */
const FRAME = /^ {4}at (?:[\w$.<>#[\] ]{1,160} \()?(?:node:|file:|\/|[A-Za-z]:[\\/])[^()\n]{1,400}:\d+:\d+\)?$/;

const MAX_FRAMES = 12;
/** Causes form chains of two or three in practice, and may form a circle. */
const MAX_CAUSES = 4;
const MAX_MESSAGE_LENGTH = 512;

/**
 * Reduces anything thrown to what is safe to write down: name, code, Temporal failure type, stack frames, and the same
 * of its causes. An error's message may quote the request, a row (`Key (customer_phone)=(…) already exists`) or SQL, so
 * it is left out unless `showsMessage` says that errors with this code are ours.
 */
export function describeError(error: unknown, showsMessage: (code: string) => boolean): DescribedError {
  return describe(error, showsMessage, MAX_CAUSES);
}

function describe(error: unknown, showsMessage: (code: string) => boolean, causesLeft: number): DescribedError {
  if (typeof error !== 'object' || error === null) return { name: `thrown ${typeof error}` };
  const name = field(error, 'name');
  const code = field(error, 'code');
  const type = field(error, 'type');
  const message = field(error, 'message');
  const cause = field(error, 'cause');
  const frames = stackFrames(field(error, 'stack'), message);
  return {
    name: typeof name === 'string' && IDENTIFIER.test(name) ? name : 'Error',
    ...(isCode(code) && { code }),
    ...(typeof type === 'string' && IDENTIFIER.test(type) && { type }),
    ...(typeof code === 'string' &&
      typeof message === 'string' &&
      showsMessage(code) && { message: message.slice(0, MAX_MESSAGE_LENGTH) }),
    ...(frames.length > 0 && { frames }),
    ...(cause !== undefined &&
      cause !== null &&
      causesLeft > 0 && { cause: describe(cause, showsMessage, causesLeft - 1) }),
  };
}

/** A property of a thrown value; a getter that throws in turn must not lose the line that reports the error. */
function field(error: object, name: string): unknown {
  try {
    return (error as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function isCode(code: unknown): code is string | number {
  return typeof code === 'string' ? CODE.test(code) : Number.isInteger(code);
}

/** The frames of a stack. The message stands before them and may have several lines, so it is cut off first. */
function stackFrames(stack: unknown, message: unknown): string[] {
  if (typeof stack !== 'string') return [];
  const end = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  const calls = end === -1 ? stack : stack.slice(end + String(message).length);
  return calls
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
}

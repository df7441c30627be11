/**
 * Something the person at the keyboard can mend: the message says what is wrong and what to do, one line a fault. It is
 * printed as it is, without a stack.
 */
export class StackError extends Error {
  override readonly name = 'StackError';
}

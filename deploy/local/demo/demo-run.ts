import type { CreateExample, Example } from './example';
import { isCreate } from './example';

/** What sets one run of the demo apart from the ones before it on the same data. */
export interface DemoRun {
  /** Ends every idempotency key and slot id. */
  readonly suffix: string;
  /** Four digits that every phone number ends with. */
  readonly phoneEnd: string;
}

/**
 * The run that starts at `now`. The phones repeat after 10,000 seconds only, long after the five minutes in which the
 * same order from the same phone would be a duplicate of the last run's.
 */
export function demoRun(now: Date): DemoRun {
  const seconds = Math.floor(now.getTime() / 1000);
  return { suffix: now.getTime().toString(36), phoneEnd: String(seconds % 10_000).padStart(4, '0') };
}

/**
 * The line as this run sends it: its key and slot with the run's suffix, the last four digits of its phone replaced.
 * Lines that were equal stay equal and lines that differed stay different, so the file says what happens in every run.
 */
export function inRun(example: Example, run: DemoRun): Example {
  return isCreate(example) ? createInRun(example, run) : example;
}

/** A key or slot id of the file as this run uses it. */
export function idInRun(id: string, run: DemoRun): string {
  return `${id}-${run.suffix}`;
}

function createInRun(example: CreateExample, run: DemoRun): CreateExample {
  const { key, create } = example;
  const { customer_phone, slot_id } = create;
  return {
    ...example,
    ...(key === undefined ? {} : { key: idInRun(key, run) }),
    create: {
      ...create,
      customer_phone: withPhoneEnd(customer_phone, run.phoneEnd),
      ...(slot_id === undefined ? {} : { slot_id: idInRun(slot_id, run) }),
    },
  };
}

/** Replaces the last digits and keeps the notation around them; full-width digits stay full-width. */
function withPhoneEnd(phone: string, end: string): string {
  const digits = [...end];
  const replaced = [...phone].reverse().map((character) => {
    if (!/[0-9０-９]/.test(character)) return character;
    const digit = digits.pop();
    if (digit === undefined) return character;
    return /[0-9]/.test(character) ? digit : String.fromCodePoint(digit.charCodeAt(0) + 0xfee0);
  });
  return replaced.reverse().join('');
}

import { openBooking } from '../domain/booking/open-booking';
import { takeStep } from '../domain/booking/take-step';
import { sha256Hex } from '../platform/sha256';
import { percentile } from './percentile';

export interface GuardrailBenchmark {
  readonly items: number;
  readonly catalogueItems: number;
  /** Milliseconds for judging one AddItems with all items. */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const WARM_UP_RUNS = 50;
const RUNS = 200;

/** How long the guardrails take for the largest draft: 100 items, each grounded in one message, against a catalogue. */
export function measureGuardrails(): GuardrailBenchmark {
  const names = Array.from({ length: 100 }, (_, index) => `Dish ${spelled(index)}`);
  const catalogue = Array.from({ length: 1_000 }, (_, index) => ({
    name: `Dish ${spelled(index)}`,
    aliases: [`Plate ${spelled(index)}`],
    active: true,
  }));
  const items = names.map((name, index) => ({
    name,
    quantity: (index % 9) + 1,
    nameWords: name,
    quantityWords: String((index % 9) + 1),
  }));
  const customerMessage = items.map(({ name, quantity }) => `${quantity} ${name}`).join(', ');
  const at = '2026-11-24T12:00:00.000Z';
  const state = openBooking({ id: crypto.randomUUID(), userId: 'bench', locale: 'en', idleExpirySeconds: 1_800, at });
  const rules = {
    at,
    catalogue,
    confirmationPhrases: [],
    confirmationSeconds: 600,
    sha256Hex,
    issueKey: () => '',
  };
  const times: number[] = [];
  for (let run = -WARM_UP_RUNS; run < RUNS; run += 1) {
    // The catalogue comes from the database anew with every step: nothing may be remembered from the run before.
    const fresh = { ...rules, catalogue: catalogue.map((item) => ({ ...item })) };
    const startedAt = performance.now();
    const { result, decision } = takeStep(state, { action: 'add_items', customerMessage, items }, fresh);
    const ms = performance.now() - startedAt;
    if (result === null) throw new Error(`the benchmark's own draft was refused: ${decision.block?.message}`);
    if (run >= 0) times.push(ms);
  }
  return {
    items: items.length,
    catalogueItems: catalogue.length,
    p50Ms: percentile(times, 50),
    p95Ms: percentile(times, 95),
  };
}

/** A word of its own for each number, without digits, which would be quantities: 0 → aa, 1 → ab, 26 → ba. */
function spelled(index: number): string {
  const letters = 'bcdfghklmnprstvz';
  const vowels = 'aeiou';
  let word = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / 80)) {
    word +=
      (letters[rest % 16] ?? '') + (vowels[Math.floor(rest / 16) % 5] ?? '') + (letters[(rest * 7 + 3) % 16] ?? '');
  }
  return word.charAt(0).toUpperCase() + word.slice(1);
}

import type { Entered } from './cell';

const NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * What a text becomes when a person types it into a cell, or a program sends it as USER_ENTERED: a formula, a number (so `+49 30…` without
 * spaces and `007` lose their first characters), a truth value, or text. Dates, currencies and percentages, which Google also takes for
 * numbers, stay text here. A leading apostrophe makes anything text.
 */
export function typeIn(text: string): Entered | undefined {
  if (text === '') return undefined;
  if (text.startsWith("'")) return { stringValue: text.slice(1) };
  if (text.startsWith('=') && text.length > 1) return { formulaValue: text };
  const trimmed = text.trim();
  if (/\d/.test(trimmed) && NUMBER.test(trimmed)) return { numberValue: Number(trimmed.replaceAll(',', '')) };
  if (/^true$/i.test(trimmed)) return { boolValue: true };
  if (/^false$/i.test(trimmed)) return { boolValue: false };
  // "+A1" and "-A1" are formulas too: the reason why raw text must never be sent this way.
  if (/^[+-]./.test(text)) return { formulaValue: `=${text}` };
  return { stringValue: text };
}

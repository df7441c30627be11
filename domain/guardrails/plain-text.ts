import { blocked, type Verdict } from './block';

/** The beginning of a tag, a comment or a declaration of HTML. */
const MARKUP = /<[a-z!/?]/iu;

/** Whether a text is plain. Markup has no place in a name or a note, and whatever shows it later might run it. */
export function plainText(text: string, field: string): Verdict<undefined> {
  if (!MARKUP.test(text)) return { ok: true, value: undefined };
  return blocked({
    guardrail: 'plain_text',
    reason: 'markup',
    message: 'Send plain text, without markup',
    ask: null,
    field,
  });
}

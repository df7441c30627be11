/** What an answer must never show, and what each would be. */
const LEAKS: Readonly<Record<string, RegExp>> = {
  "a library's code": /FST_|\bERR_[A-Z]|\bE(?:CONN|PIPE|NOTFOUND|TIMEDOUT)|ZodError|invalid_type|unrecognized_keys/,
  'an SQLSTATE': /(?<![\w.+-])(?:08|22|23|25|40|42|53|55|57|XX)[0-9A-Z]{3}(?![\w.-])/,
  'a stack trace': /\bat [^\n"]{0,200}[/\\][^\n"]{0,200}:\d+|node_modules|\.[cm]?[jt]s:\d+|\b\w*Error: /,
  SQL: /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b [^"]|\brelation\b|violates|idempotency_keys|order_events/,
  "a parser's words": /Unexpected token|in JSON at|position \d+|premature EOF|invalid wire type|illegal tag/i,
  'what runs beneath': /\btemporal\b|postgres|workflow|\bgrpc-js|fastify|protobuf/i,
};

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/**
 * Throws when a refusal tells what no caller may know. `text` is everything that was told but the correlation id, which
 * is the caller's own word or random. The only id that a refusal may name is the order that the request repeats.
 */
export function expectNoLeak(text: string): void {
  for (const [what, pattern] of Object.entries(LEAKS)) {
    const found = pattern.exec(text);
    if (found !== null) throw new Error(`the answer shows ${what} (${JSON.stringify(found[0])}): ${text}`);
  }
  const named = text.replace(/"existing_order_id":"[0-9a-f-]{36}"/g, '');
  if (UUID.test(named)) throw new Error(`the answer shows an internal id: ${text}`);
}

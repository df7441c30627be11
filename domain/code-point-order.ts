/**
 * Orders two strings by code point, as PostgreSQL's `COLLATE "C"` does. JavaScript's own `<` compares UTF-16 units and
 * puts U+1F355 before U+FF21, so a list sorted here and one sorted in SQL would differ.
 */
export function compareCodePoints(a: string, b: string): number {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  for (;;) {
    const l = left.next();
    const r = right.next();
    if (l.done || r.done) return l.done ? (r.done ? 0 : -1) : 1;
    const difference = (l.value.codePointAt(0) ?? 0) - (r.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

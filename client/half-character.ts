const HALF_CHARACTER = /\p{Cs}/u;

/**
 * Where a request holds half a surrogate pair, by the path that the service knows the field by; undefined where it holds none.
 * UTF-8 has no bytes for it: the encoder would put another character in its place, and nobody would learn of it.
 */
export function halfCharacterIn(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return HALF_CHARACTER.test(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const found = halfCharacterIn(part, Array.isArray(value) ? `${path}[${name}]` : joined(path, wireName(name)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

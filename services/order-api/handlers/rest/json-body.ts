import { ValidationError } from '../../../../domain/errors';

/** Our deepest body has four levels. A body of a million brackets would have the checks after this recurse into the ground. */
const MAX_NESTING = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies are taken as they are. @throws ValidationError for one that says it is compressed: read as it is, it means something else. */
export function refuseEncoded(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity') return;
  throw new ValidationError('VALIDATION_FAILED', 'Send the body without a Content-Encoding');
}

/**
 * The text of a JSON body, before it is parsed. @throws ValidationError for what is not UTF-8 (a lenient reader would book a name
 * with replacement characters) and for what nests deeper than any request of ours.
 */
export function jsonText(body: Buffer): string {
  const text = decode(body);
  if (nestsDeeperThan(text, MAX_NESTING)) {
    throw new ValidationError('VALIDATION_FAILED', `The body nests deeper than ${MAX_NESTING} levels`);
  }
  return text;
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new ValidationError('VALIDATION_FAILED', 'The body is not valid UTF-8');
  }
}

/** Counts brackets outside strings. Wrong for what is not JSON, which the parser refuses next. */
function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}

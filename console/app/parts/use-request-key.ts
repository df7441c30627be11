import { useCallback, useState } from 'preact/hooks';

/**
 * Names what is sent, as an idempotency key: the same content gets the same key for as long as this part is on the page. So a form
 * whose answer got lost can be sent again, and once it says something else it is another request.
 */
export function useRequestKey(): (content: unknown) => string {
  const [keys] = useState(() => new Map<string, string>());
  return useCallback(
    (content: unknown) => {
      const text = JSON.stringify(content);
      const key = keys.get(text) ?? newKey();
      keys.set(text, key);
      return key;
    },
    [keys],
  );
}

/** Not `crypto.randomUUID`: browsers have that on secure pages only, and a console may be looked at over plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

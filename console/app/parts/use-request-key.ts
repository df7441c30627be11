import { useCallback, useState } from 'preact/hooks';

/**
 * Sends what is named by an idempotency key: the same content under the same key until it was answered, for as long as this part is on
 * the page. So a form whose answer got lost can be sent again, also after it was closed, and once it says something else, or was
 * answered, it is another request. To be held by what outlives the form.
 */
export function useRequestKey(): <T>(content: unknown, send: (key: string) => Promise<T>) => Promise<T> {
  const [keys] = useState(() => new Map<string, string>());
  return useCallback(
    async (content, send) => {
      const text = JSON.stringify(content);
      const key = keys.get(text) ?? newKey();
      keys.set(text, key);
      const answer = await send(key);
      keys.delete(text);
      return answer;
    },
    [keys],
  );
}

/** Not `crypto.randomUUID`: browsers have that on secure pages only, and a console may be looked at over plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

import { useState } from 'preact/hooks';

let count = 0;

/**
 * An id that no other element of the page has. Preact's own `useId` numbers per part of the tree, and two parts that come and go
 * get the same: a label then names somebody else's field.
 */
export function useUniqueId(): string {
  const [id] = useState(() => {
    count += 1;
    return `u${count}`;
  });
  return id;
}

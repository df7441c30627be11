import type { TenantClient } from '../../persistence/with-tenant';
import type { TestDatabase } from './database';
import { eventually } from './eventually';
import { lockWaiters, type Shop } from './shop';

/**
 * Two writers who meet: the second one runs while what the first one wrote is not committed, and waits for it; then the
 * first one ends. Answers with what each said. A second one that does not wait fails the test.
 */
export async function meet<First, Second>(
  { database, shop }: { readonly database: TestDatabase; readonly shop: Shop },
  first: (client: TenantClient) => Promise<First>,
  second: () => Promise<Second>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<readonly [First, Second]> {
  const open = await shop.begin();
  let how: 'commit' | 'rollback' = 'rollback';
  let [said, waiting]: [First | undefined, Promise<Second> | undefined] = [undefined, undefined];
  try {
    said = await first(open.client);
    waiting = second();
    // Should it fail at once, that is told below.
    waiting.catch(() => undefined);
    await eventually('the second one waits', async () => (await lockWaiters(database)) === 1);
    how = end;
  } finally {
    await open[how]();
  }
  return [said, await waiting];
}

import type { Pool } from 'pg';
import type { Mac } from '../../../domain/booking/confirmation-key';
import type { Logger } from '../../../platform/logger';
import type { OrderActivities } from '../../../workflows/contract';
import { createPlaceOrder } from './place-order';
import { createTransitionOrder } from './transition-order';

export interface OrderActivityDependencies {
  readonly pool: Pool;
  readonly logger: Logger;
  /** Reads the keys that agents' orders come with. */
  readonly macOf: (keyId: string) => Mac | undefined;
  /** Tells the tenant's sync that its sheet is behind. Not waited for, and never throws: an order does not wait for its sheet. */
  readonly nudgeSheet: (userId: string) => void;
  readonly notificationsTaskQueue: string;
}

/** What OrderWorkflow may ask of this worker. */
export function createOrderActivities(dependencies: OrderActivityDependencies): OrderActivities {
  return { placeOrder: createPlaceOrder(dependencies), transitionOrder: createTransitionOrder(dependencies) };
}

import type { Caller } from '../../domain/access';
import { ValidationError } from '../../domain/errors';
import { userId } from '../../domain/schemas/fields';
import { parseInput } from '../../domain/schemas/parse';

/**
 * Checks a `user_id` that a request carries (`field` says where): the tenant is the API key's, so it may only repeat it.
 * @throws ValidationError PERMISSION_DENIED for another tenant, whether or not there is such a one; VALIDATION_FAILED for
 * what cannot be a tenant's id.
 */
export function checkClaimedTenant(caller: Caller, claimed: unknown, field = 'user_id'): void {
  if (claimed === undefined || parseInput(userId, claimed, field) === caller.userId) return;
  throw new ValidationError('PERMISSION_DENIED', 'The API key belongs to another user_id');
}

import { BusinessRuleError } from '../../../domain/errors';

/** That the key was used before. Says nothing of the other request, not even whether what it made still exists. */
export function keyReused(): BusinessRuleError {
  return new BusinessRuleError('IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used for another request');
}

import { ValidationError } from '../../domain/errors';
import { idempotencyKey } from '../../domain/schemas/fields';
import { parseInput } from '../../domain/schemas/parse';

/**
 * The key of a request that can carry one beside its body (`Idempotency-Key`) and one inside (`idempotency_key`).
 * @throws ValidationError when the one beside is malformed or the two differ: either could be the one meant, and the wrong
 * guess books twice.
 */
export function agreedIdempotencyKey(header: string | undefined, field: string | undefined): string | undefined {
  if (header === undefined) return field;
  const beside = parseInput(idempotencyKey, header, 'Idempotency-Key');
  if (field === undefined || field === beside) return beside;
  throw ValidationError.ofFields([{ field: 'idempotency_key', description: 'differs from Idempotency-Key' }]);
}

import { OrderError, SystemError } from '../../domain/errors';

/** What a caller is told of anything thrown: an `OrderError` as it is, all else as INTERNAL, of which nothing shows. */
export function asOrderError(thrown: unknown): OrderError {
  if (thrown instanceof OrderError) return thrown;
  return new SystemError('INTERNAL', 'Something went wrong on our side', {}, { cause: thrown });
}

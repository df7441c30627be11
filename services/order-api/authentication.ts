import type { Caller } from '../../domain/access';
import { ValidationError } from '../../domain/errors';
import { type Operation, requireScope } from './operations';
import type { UseCases } from './use-cases/contract';

/** RFC 9110: the scheme's name in any case, then the token. Longer than any key we issue: whatever it is, it is not one. */
const BEARER = /^bearer +([\x21-\x7e]{1,256}) *$/i;

/** The API key of an `Authorization` value. @throws ValidationError UNAUTHENTICATED when there is none to be read. */
export function parseBearer(authorization: string | undefined): string {
  const key = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (key !== undefined) return key;
  throw new ValidationError('UNAUTHENTICATED', 'Send an API key as "Authorization: Bearer <key>"');
}

/** Who calls, if that caller may do this. @throws ValidationError UNAUTHENTICATED or PERMISSION_DENIED */
export async function admit(
  useCases: Pick<UseCases, 'authenticate'>,
  authorization: string | undefined,
  operation: Operation,
): Promise<Caller> {
  return admitKey(useCases, parseBearer(authorization), operation);
}

/** Who holds the key, if that caller may do this. @throws ValidationError UNAUTHENTICATED or PERMISSION_DENIED */
export async function admitKey(
  useCases: Pick<UseCases, 'authenticate'>,
  apiKey: string,
  operation: Operation,
): Promise<Caller> {
  const caller = await useCases.authenticate(apiKey);
  requireScope(caller, operation);
  return caller;
}

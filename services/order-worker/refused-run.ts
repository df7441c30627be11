import type { LogMetadata } from '@temporalio/common';
import { ERRORS, isErrorCode } from '../../domain/errors';

/**
 * Whether the SDK is warning of a run that failed because its attempt was refused (a duplicate, a full slot). That is how a
 * refusal is meant to end, and the caller was told; at a busy shop such warnings would bury the real ones.
 */
export function isRefusedRun(message: string, { error }: LogMetadata): boolean {
  if (message !== 'Workflow failed' || typeof error !== 'object' || error === null || !('type' in error)) return false;
  const type: unknown = error.type;
  return isErrorCode(type) && ERRORS[type].kind === 'business_rule';
}

import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Moves messages and stack traces of failures into a payload, which the codec encrypts. Without it they stand in
 * histories as plain text, whatever the codec does. This module is bundled into the workflows: keep Node out of it.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });

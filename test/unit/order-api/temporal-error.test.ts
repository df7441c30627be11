import { status } from '@grpc/grpc-js';
import { ServiceError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { orderError } from '../../../domain/errors';
import { temporalError } from '../../../services/order-api/use-cases/temporal-error';

test.each([
  ['a run that is gone whenever it is looked for', new WorkflowNotFoundError('gone', 'order:x:y', undefined)],
  ['a call that failed', new ServiceError('no answer')],
  ['a status of gRPC', Object.assign(new Error('14'), { code: status.UNAVAILABLE, details: '', metadata: {} })],
])('%s leaves open what came of the call: it is to be sent again', (_, error) => {
  expect(temporalError(error)).toMatchObject({ code: 'UNAVAILABLE', cause: error });
});

test('what is an error of ours already stays it, and a defect is INTERNAL', () => {
  const refusal = orderError('NOT_FOUND', 'There is no such order');
  expect(temporalError(refusal)).toBe(refusal);
  expect(temporalError(new TypeError('x is undefined'))).toMatchObject({ code: 'INTERNAL' });
});

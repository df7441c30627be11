import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import {
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow';
import { createDataConverter } from '../../../platform/data-converter';
import { parseKeyring } from '../../../platform/payload-codec';

test("a failure's message, stack and details are encrypted, and come back", async () => {
  const keyring = parseKeyring(`k:${randomBytes(32).toString('base64')}`);
  const converter = loadDataConverter(createDataConverter(keyring));
  const thrown = ApplicationFailure.nonRetryable('Ada Canary ordered', 'DUPLICATE_ORDER', { name: 'Ada Canary' });
  const failure = await encodeErrorToFailure(converter, thrown);
  const stored = Buffer.from(
    JSON.stringify(failure, (_, value) => (value?.type === 'Buffer' ? Buffer.from(value).toString('latin1') : value)),
  );
  expect(stored.toString()).toContain('DUPLICATE_ORDER');
  expect(stored.toString()).not.toMatch(/Canary|data-converter\.test/);
  expect(await decodeOptionalFailureToOptionalError(converter, failure)).toMatchObject({
    message: 'Ada Canary ordered',
    type: 'DUPLICATE_ORDER',
    details: [{ name: 'Ada Canary' }],
  });
});

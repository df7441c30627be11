import type { DataConverter } from '@temporalio/common';
import { FAILURE_CONVERTER_PATH } from './failure-converter-path';
import { EncryptionCodec, type Keyring } from './payload-codec';

/** How values become Temporal payloads, the same for every client and worker: JSON, encrypted, failures included. */
export function createDataConverter(keyring: Keyring): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(keyring)], failureConverterPath: FAILURE_CONVERTER_PATH };
}

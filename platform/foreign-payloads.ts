import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';

/** What the SDK reads as `undefined`. */
const NOTHING: Payload = { metadata: { encoding: Buffer.from('binary/null') } };

/**
 * Replaces what nobody can read by nothing. Signals come from anyone with access to Temporal, and the SDK cannot turn
 * a broken payload down: the workflow task fails, is tried again for ever, and the order takes no message any more.
 *
 * Encrypted payloads pass, whoever made them: one whose key is not here yet waits for it and must not be lost.
 */
class ForeignPayloads implements PayloadCodec {
  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads;
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isReadable(payload) ? payload : NOTHING));
  }
}

/** A data converter that reads payloads of others as far as they can be read. Decoding begins with the last codec. */
export function withForeignPayloads(converter: DataConverter): DataConverter {
  return { ...converter, payloadCodecs: [...(converter.payloadCodecs ?? []), new ForeignPayloads()] };
}

function isReadable({ metadata, data }: Payload): boolean {
  switch (text(metadata?.encoding)) {
    case 'binary/encrypted':
    case 'binary/null':
    case 'binary/plain':
      return true;
    case 'json/plain':
      return isJson(text(data));
    default:
      return false;
  }
}

function isJson(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

function text(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
} from '@grpc/grpc-js';
import { SystemError, ValidationError } from '../domain/errors';
import type { OrderClientOptions } from './client-options';
import { answeredId } from './failed-call';
import { halfCharacterIn } from './half-character';

/** One attempt at a call. */
export interface Attempt {
  readonly correlationId: string;
  /** When it is given up; never, without it. */
  readonly deadline?: Date | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A message and the correlation id it came under. */
export interface Received<Response> {
  readonly response: Response;
  readonly correlationId: string;
}

/** The channel to the service: opened by the first call, and opened again by the next one after it broke. */
export interface Connection {
  /** @throws grpc-js's ServiceError; an aborted attempt fails as CANCELLED. SystemError when the connection was closed. */
  unary<M extends DescMethodUnary>(
    method: M,
    request: Encoded<M>,
    attempt: Attempt,
  ): Promise<Received<MessageShape<M['output']>>>;
  /**
   * The caller cancels what it does not read to its end.
   * @throws SystemError when the connection was closed
   */
  stream<M extends DescMethodServerStreaming>(
    method: M,
    request: Encoded<M>,
    attempt: Attempt,
  ): ClientReadableStream<MessageShape<M['output']>>;
  close(): void;
}

/** A request as its bytes, so that every attempt sends the same. */
export interface Encoded<M extends DescMethod> {
  readonly method: M;
  readonly bytes: Buffer;
}

const CHANNEL: ChannelOptions = {
  // Longer (grpc-js waits up to two minutes between tries), and every call fails long after the service is back.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // Without it, a watch whose peer vanished without a word waits for ever.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

export function connect({ address, apiKey, tls }: OrderClientOptions): Connection {
  const serverName = typeof tls === 'object' ? tls.serverName : undefined;
  const client = new Client(address, credentialsOf(tls), {
    ...CHANNEL,
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  });

  let closed = false;
  function refuseWhenClosed(): void {
    if (closed) throw new SystemError('UNAVAILABLE', 'The order client is closed');
  }

  function metadataOf({ correlationId }: Attempt): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${apiKey}`);
    metadata.set('x-correlation-id', correlationId);
    return metadata;
  }

  return {
    unary<M extends DescMethodUnary>(method: M, { bytes }: Encoded<M>, attempt: Attempt) {
      return new Promise<Received<MessageShape<M['output']>>>((resolve, reject) => {
        refuseWhenClosed();
        let correlationId = attempt.correlationId;
        const call = client.makeUnaryRequest(
          pathOf(method),
          asIs,
          decoder<M['output']>(method.output),
          bytes,
          metadataOf(attempt),
          deadlineOf(attempt),
          (error, response) => {
            stopListening();
            if (error !== null) reject(error);
            else resolve({ response: response as MessageShape<M['output']>, correlationId });
          },
        );
        call.on('metadata', (headers) => {
          correlationId = answeredId(headers) ?? correlationId;
        });
        const stopListening = cancelOnAbort(call, attempt.signal);
      });
    },

    stream<M extends DescMethodServerStreaming>(method: M, { bytes }: Encoded<M>, attempt: Attempt) {
      refuseWhenClosed();
      const call = client.makeServerStreamRequest(
        pathOf(method),
        asIs,
        decoder<M['output']>(method.output),
        bytes,
        metadataOf(attempt),
        deadlineOf(attempt),
      );
      const stopListening = cancelOnAbort(call, attempt.signal);
      call.once('end', stopListening);
      // Also when nobody reads it any more: the failure of a cancelled stream that is not heard ends the process.
      call.on('error', stopListening);
      return call;
    },

    close() {
      closed = true;
      client.close();
    },
  };
}

/** @throws ValidationError VALIDATION_FAILED for what no message can hold, as half a unit or half a character. */
export function encode<M extends DescMethod>(method: M, request: MessageInitShape<M['input']>): Encoded<M> {
  const field = halfCharacterIn(request);
  if (field !== undefined) {
    const description = 'must be well-formed Unicode (it has half a surrogate pair)';
    throw ValidationError.ofFields([{ field, description }]);
  }
  try {
    const bytes = toBinary<DescMessage>(method.input, create<DescMessage>(method.input, request));
    return { method, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  } catch (error) {
    throw new ValidationError(
      'VALIDATION_FAILED',
      'The request holds something that cannot be sent',
      {},
      {
        cause: error,
      },
    );
  }
}

function credentialsOf(tls: OrderClientOptions['tls']): ChannelCredentials {
  if (tls === undefined || tls === false) return credentials.createInsecure();
  if (tls === true) return credentials.createSsl();
  return credentials.createSsl(tls.rootCertificates ?? null, tls.privateKey ?? null, tls.certificateChain ?? null);
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function decoder<Schema extends DescMessage>(schema: Schema): (bytes: Buffer) => MessageShape<Schema> {
  return (bytes) => fromBinary(schema, bytes);
}

function deadlineOf({ deadline }: Attempt) {
  return deadline === undefined ? {} : { deadline };
}

/** Returns what takes the listener off again: a signal that outlives its calls would collect one from each. */
function cancelOnAbort(call: { cancel(): void }, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  const cancel = () => call.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

import {
  create,
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientOptions,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { methodDefinition } from './grpc-definition';

/** What one call may be given. */
export interface GrpcCallOptions {
  /** Metadata to send: plain pairs, or grpc-js's own. */
  readonly metadata?: Readonly<Record<string, string>> | Metadata;
  /** When the call is given up, as a time or as milliseconds since 1970; never, without it. */
  readonly deadline?: Date | number;
  /** Aborting it cancels the call. */
  readonly signal?: AbortSignal;
  /** Told the metadata that the server sends ahead of its answer. That of a failure is in the error. */
  readonly onHeaders?: (metadata: Metadata) => void;
}

type UnaryCall<I extends DescMessage, O extends DescMessage> = (
  request: MessageInitShape<I>,
  options?: GrpcCallOptions,
) => Promise<MessageShape<O>>;

type ServerStreamingCall<I extends DescMessage, O extends DescMessage> = (
  request: MessageInitShape<I>,
  options?: GrpcCallOptions,
) => AsyncIterableIterator<MessageShape<O>>;

/** A service's unary and server-streaming methods as functions, and `close`. */
export type GrpcClient<S extends DescService> = {
  readonly [M in keyof S['method']]: S['method'][M] extends DescMethodUnary<infer I, infer O>
    ? UnaryCall<I, O>
    : S['method'][M] extends DescMethodServerStreaming<infer I, infer O>
      ? ServerStreamingCall<I, O>
      : never;
} & { close(): void };

/**
 * A typed client of one service over one channel, which is opened by the first call and opened again when it breaks.
 * Calls fail with grpc-js's `ServiceError` (`code`, `details`, `metadata`). Streams start at once; leaving the loop over one
 * cancels it.
 */
export function createGrpcClient<S extends DescService>(
  service: S,
  address: string,
  credentials: ChannelCredentials,
  options: ClientOptions = {},
): GrpcClient<S> {
  const client = new Client(address, credentials, options);
  const calls: Record<string, unknown> = { close: () => client.close() };
  for (const method of service.methods) {
    if (method.methodKind === 'unary') calls[method.localName] = unaryCall(client, method);
    if (method.methodKind === 'server_streaming') calls[method.localName] = serverStreamingCall(client, method);
  }
  return calls as GrpcClient<S>;
}

function unaryCall(client: Client, method: DescService['methods'][number]): UnaryCall<DescMessage, DescMessage> {
  const { path, requestSerialize, responseDeserialize } = methodDefinition(method);
  return (request, options = {}) =>
    new Promise((resolve, reject) => {
      const call = client.makeUnaryRequest<Message, Message>(
        path,
        requestSerialize,
        responseDeserialize,
        create(method.input, request),
        metadataOf(options),
        callOptions(options),
        (error, response) => {
          stopListening();
          if (error) reject(error);
          else resolve(response as Message);
        },
      );
      if (options.onHeaders) call.on('metadata', options.onHeaders);
      const stopListening = cancelOnAbort(call, options.signal);
    });
}

function serverStreamingCall(
  client: Client,
  method: DescService['methods'][number],
): ServerStreamingCall<DescMessage, DescMessage> {
  const { path, requestSerialize, responseDeserialize } = methodDefinition(method);
  return (request, options = {}) => {
    const call = client.makeServerStreamRequest<Message, Message>(
      path,
      requestSerialize,
      responseDeserialize,
      create(method.input, request),
      metadataOf(options),
      callOptions(options),
    );
    if (options.onHeaders) call.on('metadata', options.onHeaders);
    return new MessageStream(call, cancelOnAbort(call, options.signal));
  };
}

/**
 * The messages of a stream, one at a time: the next is read from the network when the last has been taken. Listens from
 * the start, so that a failure before anybody iterates is neither lost nor fatal, as it would be with the stream's own iterator.
 */
class MessageStream implements AsyncIterableIterator<Message> {
  private readonly ready: Message[] = [];
  private ended = false;
  private failure: ServiceError | undefined;
  private wake: () => void = () => {};

  constructor(
    private readonly call: ClientReadableStream<Message>,
    private readonly stopListening: () => void,
  ) {
    call.on('data', (message: Message) => {
      this.ready.push(message);
      call.pause();
      this.wake();
    });
    call.on('error', (error: ServiceError) => {
      this.failure = error;
      this.finish();
    });
    call.on('end', () => this.finish());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Message>> {
    for (;;) {
      const value = this.ready.shift();
      if (value !== undefined) return { done: false, value };
      if (this.failure) {
        const error = this.failure;
        this.failure = undefined;
        throw error;
      }
      if (this.ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.call.resume();
      });
    }
  }

  async return(): Promise<IteratorResult<Message>> {
    this.call.cancel();
    this.ready.length = 0;
    this.failure = undefined;
    this.finish();
    return { done: true, value: undefined };
  }

  private finish(): void {
    this.ended = true;
    this.stopListening();
    this.wake();
  }
}

function metadataOf({ metadata }: GrpcCallOptions): Metadata {
  if (metadata instanceof Metadata) return metadata;
  const sent = new Metadata();
  for (const [name, value] of Object.entries(metadata ?? {})) sent.set(name, value);
  return sent;
}

function callOptions({ deadline }: GrpcCallOptions): CallOptions {
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

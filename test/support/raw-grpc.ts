import { type DescMethod, fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ERRORS, type ErrorCode, isErrorCode } from '../../domain/errors';
import { BadRequestSchema, ErrorInfoSchema, RequestInfoSchema } from '../../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../../gen/google/rpc/status_pb';
import { expectNoLeak } from './leaks';

/** An answer of the gRPC door, after everything that holds for every answer was checked. */
export interface GrpcAnswer {
  readonly status: keyof typeof status;
  readonly code: ErrorCode | undefined;
  /** The fields at fault. */
  readonly fields: readonly string[];
  readonly correlationId: string;
  /** The messages that came, encoded. */
  readonly messages: readonly Buffer[];
  /** All that two refusals have to have in common to be the same: everything but the correlation id. */
  readonly told: string;
}

export interface RawGrpc {
  /** Calls any path with any bytes, for one answer or a stream of them; throws when the answer is not one of the contract's. */
  send(path: string, bytes?: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<GrpcAnswer>;
  close(): void;
}

export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

export function rawGrpc(address: string): RawGrpc {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  return {
    send: (path, bytes = Buffer.alloc(0), metadata = {}) =>
      new Promise((resolve, reject) => {
        const sent = new Metadata();
        for (const [name, value] of Object.entries(metadata)) sent.set(name, value);
        const messages: Buffer[] = [];
        let headers = new Metadata();
        // Read as a stream, which a single answer is as well.
        const call = client.makeServerStreamRequest<Uint8Array, Buffer>(
          path,
          (value) => Buffer.from(value),
          (value) => value,
          bytes,
          sent,
          { deadline: Date.now() + 30_000 },
        );
        call.on('metadata', (received: Metadata) => {
          headers = received;
        });
        call.on('data', (message: Buffer) => messages.push(message));
        call.on('end', () => {
          const correlationId = String(headers.get('x-correlation-id')[0] ?? '');
          resolve({ status: 'OK', code: undefined, fields: [], correlationId, messages, told: 'OK' });
        });
        call.on('error', (error: ServiceError) => {
          try {
            resolve({ ...refusal(error), messages });
          } catch (problem) {
            reject(problem);
          }
        });
      }),
    close: () => client.close(),
  };
}

function refusal({ code, details: message, metadata }: ServiceError): Omit<GrpcAnswer, 'messages'> {
  const name = status[code] as keyof typeof status;
  const [trailer] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(trailer)) throw new Error(`${name} without details: ${message}`);
  const { details, message: repeated } = fromBinary(StatusSchema, trailer);
  const info = details.map((detail) => anyUnpack(detail, ErrorInfoSchema)).find((found) => found !== undefined);
  const request = details.map((detail) => anyUnpack(detail, RequestInfoSchema)).find((found) => found !== undefined);
  const violations = details.flatMap((detail) => anyUnpack(detail, BadRequestSchema)?.fieldViolations ?? []);
  const reason = info?.reason;
  if (!isErrorCode(reason)) throw new Error(`${name} with the reason ${reason}`);
  // gRPC itself has a more exact status for these two.
  const exact = name === 'UNIMPLEMENTED' ? 'NOT_FOUND' : name === 'DEADLINE_EXCEEDED' ? 'UNAVAILABLE' : undefined;
  if (exact !== reason && ERRORS[reason].grpc !== name) throw new Error(`${reason} came as ${name}`);
  if (repeated !== message) throw new Error(`two messages: ${message} and ${repeated}`);
  const correlationId = request?.requestId ?? '';
  if (!/^[A-Za-z0-9._:-]{1,128}$/.test(correlationId)) throw new Error(`a correlation id "${correlationId}"`);
  if (metadata.get('x-correlation-id')[0] !== correlationId) throw new Error('two correlation ids in one answer');
  const others = Object.entries(metadata.getMap()).filter(
    ([key]) => !['grpc-status-details-bin', 'x-correlation-id', 'date'].includes(key),
  );
  const told = JSON.stringify([name, reason, message, info?.metadata, violations.map(plain), others.sort()]);
  expectNoLeak(told);
  return { status: name, code: reason, fields: violations.map(({ field }) => field), correlationId, told };
}

function plain({ field, description }: { readonly field: string; readonly description: string }) {
  return { field, description };
}

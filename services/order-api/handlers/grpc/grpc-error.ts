import { create, toBinary } from '@bufbuild/protobuf';
import { type Any, anyPack } from '@bufbuild/protobuf/wkt';
import * as grpc from '@grpc/grpc-js';
import { ERRORS, type ErrorDetails, type FieldViolation, type OrderError } from '../../../../domain/errors';
import { BadRequestSchema, ErrorInfoSchema, RequestInfoSchema } from '../../../../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../../../../gen/google/rpc/status_pb';
import { CORRELATION_ID } from './metadata-keys';

/** The namespace of our reasons (AIP-193). */
export const ERROR_DOMAIN = 'orderbooking.v1';

const STATUS_DETAILS = 'grpc-status-details-bin';

export interface GrpcStatus {
  readonly code: grpc.status;
  readonly details: string;
  readonly metadata: grpc.Metadata;
}

/**
 * The one translation of an error to gRPC: the registry's status, and as details a `google.rpc.ErrorInfo` (reason = our code),
 * a `BadRequest` where fields are at fault and a `RequestInfo` with the correlation id, which the trailers carry as well.
 * `code` overrides the registry's status where gRPC itself has a more exact one (UNIMPLEMENTED, DEADLINE_EXCEEDED).
 */
export function grpcStatus(error: OrderError, correlationId: string, code?: grpc.status): GrpcStatus {
  const status = code ?? grpc.status[ERRORS[error.code].grpc];
  const violations = fieldViolations(error.details);
  const details: Any[] = [
    anyPack(
      ErrorInfoSchema,
      create(ErrorInfoSchema, { reason: error.code, domain: ERROR_DOMAIN, metadata: errorMetadata(error.details) }),
    ),
    ...(violations.length === 0
      ? []
      : [
          anyPack(
            BadRequestSchema,
            create(BadRequestSchema, {
              fieldViolations: violations.map(({ field, description }) => ({ field, description })),
            }),
          ),
        ]),
    anyPack(RequestInfoSchema, create(RequestInfoSchema, { requestId: correlationId })),
  ];
  const metadata = new grpc.Metadata();
  metadata.set(CORRELATION_ID, correlationId);
  metadata.set(
    STATUS_DETAILS,
    Buffer.from(toBinary(StatusSchema, create(StatusSchema, { code: status, message: error.message, details }))),
  );
  return { code: status, details: error.message, metadata };
}

/** Whether a status already says what went wrong in our terms. */
export function carriesDetails(metadata: grpc.Metadata | null | undefined): boolean {
  return metadata !== null && metadata !== undefined && metadata.get(STATUS_DETAILS).length > 0;
}

function fieldViolations(details: ErrorDetails): readonly FieldViolation[] {
  const violations = details.violations;
  return Array.isArray(violations) ? violations : [];
}

/**
 * Trailers travel as headers, and an HTTP/2 peer drops the call whose headers are too long (8 KiB is the usual bound): the
 * caller would then not even learn the code. All values together stay within this; base64 makes a third more of it.
 */
const METADATA_BYTES = 4_096;

/**
 * ErrorInfo's metadata is strings only: what is none is written as JSON. Violations have a message of their own. What is too
 * long (a whole summary, to be shown again) is told as `null`; a call of its own has it.
 */
function errorMetadata(details: ErrorDetails): Record<string, string> {
  const metadata: Record<string, string> = {};
  let left = METADATA_BYTES;
  for (const [name, value] of Object.entries(details)) {
    if (name === 'violations' || value === undefined) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    metadata[name] = bytes <= left ? text : 'null';
    if (bytes <= left) left -= bytes;
  }
  return metadata;
}

import {
  type DescFile,
  type DescMessage,
  type DescService,
  fromBinary,
  type Message,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

/**
 * The gRPC service of a protobuf descriptor, as grpc-js registers it: methods under their camelCase names, messages as
 * protobuf-es knows them.
 */
export function grpcDefinition(service: DescService): ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.localName, methodDefinition(method)]));
}

/** One method's path, kind and (de)serialisers. */
export function methodDefinition(method: DescService['methods'][number]): MethodDefinition<Message, Message> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    originalName: method.localName,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    requestSerialize: serializer(method.input),
    requestDeserialize: deserializer(method.input),
    responseSerialize: serializer(method.output),
    responseDeserialize: deserializer(method.output),
  };
}

/**
 * The files that describe these services, encoded, each once and after all those that it imports: what the reflection
 * service hands out (`new ReflectionService({ files: { fileDescriptorProtos } })`).
 */
export function fileDescriptorProtos(services: readonly DescService[]): Buffer[] {
  const encoded = new Map<string, Buffer>();
  const visit = (file: DescFile): void => {
    if (encoded.has(file.name)) return;
    for (const dependency of file.dependencies) visit(dependency);
    encoded.set(file.name, bufferOf(toBinary(FileDescriptorProtoSchema, file.proto)));
  };
  for (const service of services) visit(service.file);
  return [...encoded.values()];
}

function serializer(schema: DescMessage): (message: Message) => Buffer {
  return (message) => bufferOf(toBinary(schema, message));
}

function deserializer(schema: DescMessage): (bytes: Buffer) => Message {
  return (bytes) => fromBinary(schema, bytes);
}

/** The same bytes as the Buffer that grpc-js wants, not a copy. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

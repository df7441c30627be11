import { promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { Health } from '../../gen/health/v1/health_pb';
import { BookingService } from '../../gen/orderbooking/v1/booking_service_pb';
import { CapabilityService } from '../../gen/orderbooking/v1/capability_service_pb';
import { CatalogueService } from '../../gen/orderbooking/v1/catalogue_service_pb';
import { NotificationService } from '../../gen/orderbooking/v1/notification_service_pb';
import { OrderService } from '../../gen/orderbooking/v1/order_service_pb';
import { SheetService } from '../../gen/orderbooking/v1/sheet_service_pb';
import { fileDescriptorProtos, grpcDefinition } from '../../platform/grpc-definition';
import type { GrpcEdge } from './handlers/grpc/edge';
import { methodHandlers } from './handlers/grpc/method-handlers';
import { typedRefusals } from './handlers/grpc/refusals';
import { answerUnknownMethods } from './handlers/grpc/unknown-method';
import { OPERATIONS, type Operation } from './operations';
import type { Readiness } from './readiness';

/** The services this server speaks, besides health and reflection. */
export const GRPC_SERVICES = [
  OrderService,
  BookingService,
  CatalogueService,
  CapabilityService,
  SheetService,
  NotificationService,
] as const;

/** Ten times the largest order. A larger message is refused as soon as its length is read, before it fills memory. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** Calls in flight on one connection; more wait on the client's side. It bounds what one client can have us hold. */
const MAX_CONCURRENT_STREAMS = 1_000;
/** A peer that vanished without closing keeps its streams until pings say so: longer keeps dead watchers, shorter costs traffic. */
const KEEPALIVE = { everyMs: 30_000, answerWithinMs: 10_000 };
/** How far health may lag behind readiness. */
const HEALTH_EVERY_MS = 2_000;

export interface GrpcServerOptions extends GrpcEdge {
  readonly readiness: Readiness;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface GrpcServer {
  readonly port: number;
  /** Says NOT_SERVING, takes no new call, lets running ones finish for at most `timeoutMs`, then cuts them off. */
  drain(timeoutMs: number): Promise<void>;
}

/** Starts the gRPC door: our services, reflection (v1 and v1alpha) and health. @throws when the port cannot be had. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_STREAMS,
    'grpc.keepalive_time_ms': KEEPALIVE.everyMs,
    'grpc.keepalive_timeout_ms': KEEPALIVE.answerWithinMs,
    'grpc.keepalive_permit_without_calls': 1,
    interceptors: [typedRefusals({ logger: options.logger, pathPrefix: '/orderbooking.' })],
  });

  addServices(server, options);
  addReflection(server);
  const health = addHealth(server, options.readiness);
  answerUnknownMethods(server, options.logger);

  const bind = promisify<string, grpc.ServerCredentials, number>(server.bindAsync.bind(server));
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const port = await bind(`${host}:${options.port}`, grpc.ServerCredentials.createInsecure());

  return {
    port,
    async drain(timeoutMs) {
      health.stop();
      await new Promise<void>((resolve) => {
        // tryShutdown waits for open streams for ever, health watchers among them: force what is left.
        const force = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, timeoutMs);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      });
    },
  };
}

function addServices(server: grpc.Server, edge: GrpcEdge): void {
  const handlers = methodHandlers(edge);
  const operations = new Map<string, Operation>();
  for (const [operation, { grpc: path }] of Object.entries(OPERATIONS)) {
    if (path !== undefined) operations.set(path, operation as Operation);
  }
  for (const service of GRPC_SERVICES) {
    const definition = grpcDefinition(service);
    const implementation: grpc.UntypedServiceImplementation = {};
    for (const [name, method] of Object.entries(definition)) {
      const operation = operations.get(method.path);
      const handler = operation === undefined ? undefined : handlers.get(operation);
      if (handler === undefined) throw new Error(`${method.path} has no operation and so no scope`);
      implementation[name] = handler;
    }
    server.addService(definition, implementation);
  }
}

/** Reflection works off proto-loader's packages, of which it reads nothing but the file descriptors. */
function addReflection(server: grpc.Server): void {
  const files = { fileDescriptorProtos: fileDescriptorProtos([...GRPC_SERVICES, Health]) };
  const packages = { files } as unknown as ConstructorParameters<typeof ReflectionService>[0];
  new ReflectionService(packages).addToServer(server);
}

/** grpc.health.v1, for the server as a whole and each service, following readiness. */
function addHealth(server: grpc.Server, readiness: Readiness): { stop(): void } {
  const names = ['', ...GRPC_SERVICES.map((service) => service.typeName)];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'NOT_SERVING'])));
  health.addToServer(server);
  let serving = false;
  let stopped = false;

  const set = (next: boolean) => {
    if (next === serving) return;
    serving = next;
    for (const name of names) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  };
  const follow = async () => {
    const { ready } = await readiness.report();
    if (!stopped) set(ready);
  };
  const timer = setInterval(() => void follow(), HEALTH_EVERY_MS);
  timer.unref();
  void follow();

  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      set(false);
    },
  };
}

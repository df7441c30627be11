import * as grpc from '@grpc/grpc-js';
import { runFixture } from './fixtures/run-fixture';

/** Takes what is exported as the bytes that travel. Names and values stand in them as plain UTF-8. */
async function startCollector(): Promise<{ endpoint: string; exported(): string; stop(): void }> {
  const requests: Buffer[] = [];
  const server = new grpc.Server();
  server.addService(
    {
      export: {
        path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        requestStream: false,
        responseStream: false,
        requestSerialize: (bytes: Buffer) => bytes,
        requestDeserialize: (bytes: Buffer) => bytes,
        responseSerialize: (bytes: Buffer) => bytes,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    {
      export(call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) {
        requests.push(call.request);
        callback(null, Buffer.alloc(0));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    endpoint: `http://127.0.0.1:${port}`,
    exported: () => Buffer.concat(requests).toString('utf8'),
    stop: () => server.forceShutdown(),
  };
}

describe('startTelemetry', () => {
  test('without an endpoint nothing is loaded, printed or recorded, and workflows are told so', async () => {
    const { code, output, errors } = await runFixture('telemetry-process.ts', 'off').ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toEqual({
      enabled: false,
      sdk: 0,
      carrier: { traceparent: `00-${'f'.repeat(32)}-${'f'.repeat(16)}-00` },
    });
  });

  test('with an endpoint, gRPC and HTTP calls are exported, and nothing that a customer wrote', async () => {
    const collector = await startCollector();
    const { code, output, errors } = await runFixture('telemetry-process.ts', collector.endpoint).ended;
    collector.stop();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toMatchObject({ enabled: true });
    const exported = collector.exported();
    expect(exported).toContain('fixture');
    expect(exported).toContain('grpc.orderbooking.v1.OrderService/GetOrder');
    expect(exported).toContain('GET /api/orders/:id');
    expect(exported).toContain('own');
    expect(exported).not.toMatch(/Canary|4915100009999|healthz|fixtures/);
  });

  test('a collector that is away neither fails the process nor holds it up', async () => {
    const startedAt = performance.now();
    const { code, errors } = await runFixture('telemetry-process.ts', 'http://127.0.0.1:9').ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    // What is left unsaid is given up after some seconds; the rest is the start of a process, on a machine with more to do.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});

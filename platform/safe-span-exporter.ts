import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/**
 * Every attribute that a span may leave the house with. Instrumentations add more: URLs with the phone number that was
 * filtered by, error messages, client addresses, a workflow's memo.
 */
export const SPAN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'rpc.grpc.status_code',
  'rpc.response.status_code',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'http.method',
  'http.status_code',
  'network.protocol.version',
  'server.address',
  'server.port',
  'net.peer.name',
  'net.peer.port',
  'error.type',
  'db.system.name',
  'db.operation.name',
  'db.query.summary',
  'db.response.status_code',
  'temporalWorkflowId',
  'temporalActivityId',
  'temporalUpdateId',
  'run_id',
  'workflowId',
  'runId',
  'workflowType',
  'namespace',
  'taskQueue',
  'attempt',
]);

/** Passes on spans without anything that a customer or caller wrote: attributes by the list, no messages, no events. */
export class SafeSpanExporter implements SpanExporter {
  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.exporter.export(spans.map(safeSpan), done);
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}

function safeSpan(span: ReadableSpan): ReadableSpan {
  const spanContext = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => spanContext,
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    // The status' message is the error's, and so is the one in the event that records the exception.
    status: { code: span.status.code },
    events: [],
    droppedEventsCount: span.droppedEventsCount + span.events.length,
    attributes: safeAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    links: span.links.map(({ context }) => ({ context })),
    droppedLinksCount: span.droppedLinksCount,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
  };
}

function safeAttributes(attributes: Attributes): Attributes {
  // Workflow spans carry their whole workflow info, objects included, which no attribute may be.
  const kept = Object.entries(attributes).filter(
    ([name, value]) => SPAN_ATTRIBUTES.has(name) && ['string', 'number', 'boolean'].includes(typeof value),
  );
  return Object.fromEntries(kept);
}

import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Client, type ClientConfig, Pool, type PoolConfig } from 'pg';

type Query = (...args: unknown[]) => unknown;
type Connect = (callback?: (...args: unknown[]) => void) => unknown;

const tracer = trace.getTracer('order-booking/postgres');

/**
 * A client with a span for every query: its prepared statement's name or else its first word. Never the statement's
 * text (it may hold literals), never parameters, never the error's message.
 */
export class TracedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const query = this.query.bind(this) as unknown as Query;
    this.query = ((...args: unknown[]) => tracedQuery(query, args)) as unknown as Client['query'];
  }
}

/** A pool whose queries keep their caller's span as parent, also when they have to wait for a free connection. */
export class TracedPool extends Pool {
  constructor(config?: PoolConfig) {
    super(config);
    const connect = this.connect.bind(this) as unknown as Connect;
    // pg-pool calls back a waiting query from within the release of another caller's connection.
    this.connect = ((callback?: (...args: unknown[]) => void) =>
      callback ? connect(context.bind(context.active(), callback)) : connect()) as unknown as Pool['connect'];
  }
}

function tracedQuery(query: Query, args: unknown[]): unknown {
  const statement = statementName(args[0]);
  if (statement === undefined) return query(...args);
  const span = tracer.startSpan(statement.summary, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': statement.operation,
      'db.query.summary': statement.summary,
    },
  });
  const callback = args.at(-1);
  try {
    if (typeof callback === 'function') {
      const answer = context.bind(context.active(), (error: unknown, ...rest: unknown[]) => {
        endSpan(span, error);
        callback(error, ...rest);
      });
      return query(...args.slice(0, -1), answer);
    }
    const result = query(...args);
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    return result.then(
      (value: unknown) => {
        endSpan(span, undefined);
        return value;
      },
      (error: unknown) => {
        endSpan(span, error);
        throw error;
      },
    );
  } catch (error) {
    endSpan(span, error);
    throw error;
  }
}

/** What may be told of a statement; undefined for pg's own query objects (cursors, copy streams), which end by events. */
function statementName(query: unknown): { operation: string; summary: string } | undefined {
  if (typeof query === 'string') return named(query, undefined);
  if (typeof query !== 'object' || query === null || 'submit' in query) return undefined;
  const { text, name } = query as { text?: unknown; name?: unknown };
  return typeof text === 'string' ? named(text, typeof name === 'string' ? name : undefined) : undefined;
}

function named(text: string, name: string | undefined): { operation: string; summary: string } {
  const operation = /^\s*([A-Za-z]{1,20})\b/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  return { operation, summary: name ?? operation };
}

function endSpan(span: Span, error: unknown): void {
  if (error) {
    const code = typeof error === 'object' && 'code' in error ? String(error.code) : undefined;
    span.setAttribute('error.type', code ?? 'unknown');
    if (code !== undefined) span.setAttribute('db.response.status_code', code);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

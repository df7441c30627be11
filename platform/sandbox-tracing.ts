import type { AsyncLocalStorage as AsyncLocalStorageClass } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';

// Makes OpenTelemetry cheap inside the workflow sandbox. It is preloaded there (see `TRACING_PRELOADS`) and nowhere else: all
// workflows of a worker share it and the API, while what they put on `globalThis` is swapped with them.

/** The sandbox has it as a global. */
declare const AsyncLocalStorage: typeof AsyncLocalStorageClass;
declare const globalThis: { [UNSAMPLED]?: Context };

const UNSAMPLED = Symbol.for('order-booking.unsampled-context');

/**
 * One storage for all workflows. The interceptors would make one for each, and on Node 20 and 22 every promise of the
 * thread is handed to every storage that is in use: with 600 open orders in its cache a worker spent a third of its
 * time on that, with 1,500 it would be most of it.
 */
const storage = new AsyncLocalStorage<Context>();

const contextManager: ContextManager = {
  active: () => storage.getStore() ?? globalThis[UNSAMPLED] ?? ROOT_CONTEXT,

  with(entered, work, thisArg, ...args) {
    const span = trace.getSpanContext(entered);
    if (span === undefined || (span.traceFlags & TraceFlags.SAMPLED) !== 0) {
      return storage.run(entered, () => work.apply(thisArg as ThisParameterType<typeof work>, args));
    }
    // Nothing is recorded below an unsampled span, so it need not be followed through promises: it is enough that the
    // workflow remembers to begin nothing of its own.
    globalThis[UNSAMPLED] ??= entered;
    return work.apply(thisArg as ThisParameterType<typeof work>, args);
  },

  bind(bound, target) {
    if (typeof target !== 'function') return target;
    return ((...args: unknown[]) => contextManager.with(bound, () => target(...args))) as typeof target;
  },
  enable: () => contextManager,
  disable: () => contextManager,
};

const register = context.setGlobalContextManager;
context.setGlobalContextManager = function registerShared(this: typeof context) {
  return register.call(this, contextManager);
};

// The API keeps the provider in an object that is frozen with all that is preloaded. The interceptors have their own tracer.
trace.setGlobalTracerProvider = () => true;

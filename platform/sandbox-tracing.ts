// First: the SDK reads `performance`, which the sandbox does not have, as soon as it is loaded.
import '@temporalio/interceptors-opentelemetry-v2/lib/workflow/performance-polyfill';
import type { AsyncLocalStorage as AsyncLocalStorageClass } from 'node:async_hooks';
import * as api from '@opentelemetry/api';
import * as core from '@opentelemetry/core';
import * as sdk from '@opentelemetry/sdk-trace-base';

// Makes OpenTelemetry cheap inside the workflow sandbox. It is preloaded there (see `TRACING_PRELOADS`) and loaded nowhere
// else: all workflows of a worker share it and the packages, while what they put on `globalThis` is swapped with them.

/**
 * The packages as a whole, so that all of each is loaded before it is shared and frozen; they hold no state of a
 * workflow. Otherwise every workflow would evaluate a quarter of a megabyte of them again.
 */
export const preloaded: readonly object[] = [api, core, sdk];

/** The sandbox has it as a global. */
declare const AsyncLocalStorage: typeof AsyncLocalStorageClass;

const UNSAMPLED = Symbol.for('order-booking.unsampled-context');
/** One object for all workflows; its properties are of the one that runs. */
const sandbox = globalThis as { [UNSAMPLED]?: api.Context };

/**
 * One storage for all workflows. The interceptors would make one for each, and on Node 20 and 22 every promise of the
 * thread is handed to every storage that is in use: with 640 open workflows in its cache, that took a worker as much CPU
 * as the workflows themselves, and it grows with each.
 */
const storage = new AsyncLocalStorage<api.Context>();

/**
 * How the storages that were made before there was a workflow are taken down: the SDK's own and the one above. The SDK empties
 * the list when a worker ends. But all that is preloaded is frozen with what can be reached from it, OpenTelemetry exports `globalThis`,
 * and newer Nodes than 20 show the list there: emptied as it is, every worker would end with an error. So it is read instead.
 */
const destructors = (globalThis as { __temporal_globalSandboxDestructors?: (() => void)[] })
  .__temporal_globalSandboxDestructors;
if (destructors !== undefined) Object.defineProperty(destructors, 'splice', { value: () => [...destructors] });

const contextManager: api.ContextManager = {
  active: () => storage.getStore() ?? sandbox[UNSAMPLED] ?? api.ROOT_CONTEXT,

  with(entered, work, thisArg, ...args) {
    const span = api.trace.getSpanContext(entered);
    if (span === undefined || (span.traceFlags & api.TraceFlags.SAMPLED) !== 0) {
      return storage.run(entered, () => work.apply(thisArg as ThisParameterType<typeof work>, args));
    }
    // Nothing is recorded below an unsampled span, so it need not be followed through promises: it is enough that the
    // workflow remembers to begin nothing of its own.
    sandbox[UNSAMPLED] ??= entered;
    return work.apply(thisArg as ThisParameterType<typeof work>, args);
  },

  bind(bound, target) {
    if (typeof target !== 'function') return target;
    return ((...args: unknown[]) => contextManager.with(bound, () => target(...args))) as typeof target;
  },
  enable: () => contextManager,
  disable: () => contextManager,
};

const register = api.context.setGlobalContextManager;
api.context.setGlobalContextManager = function registerShared(this: typeof api.context) {
  return register.call(this, contextManager);
};

// The API keeps the provider in an object that is frozen with all that is preloaded. The interceptors have their own tracer.
api.trace.setGlobalTracerProvider = () => true;

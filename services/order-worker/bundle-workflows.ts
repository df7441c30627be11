import { bundleWorkflowCode } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../../platform/failure-converter-path';
import { TRACING_PRELOADS, tracingPlugin } from '../../platform/tracing-plugin';

/**
 * Modules of the bundle that hold no state of a workflow: they are evaluated once per worker instead of once per
 * workflow. Never name one that keeps anything in module scope that a workflow changes; the SDK freezes what it
 * shares, so such a module fails at once rather than leaking from one order into another.
 */
const STATELESS = [
  '../../domain/booking/view',
  '../../domain/errors',
  '../../domain/notification',
  '../../domain/order',
  '../../domain/order-state',
  '../../workflows/booking-message',
];

/** The workflows, their interceptors and the failure converter, as one script that a worker loads. */
export async function bundleWorkflows(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../../workflows'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    plugins: [tracingPlugin()],
    preloadModules: [
      require.resolve('./sandbox-stack-depth'),
      ...TRACING_PRELOADS,
      ...STATELESS.map((module) => require.resolve(module)),
    ],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  return code;
}

import { bundleWorkflowCode } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from './failure-converter-path';
import { TRACING_PRELOADS, tracingPlugin } from './tracing-plugin';

/**
 * Workflows, their interceptors and the failure converter, as one script that a worker loads.
 *
 * @param workflowsPath the module that exports the workflows
 * @param stateless Paths of the bundle's modules that hold no state of a workflow: they are evaluated once per worker instead of
 * once per workflow. Never name one that keeps anything in module scope that a workflow changes; the SDK freezes what it
 * shares, so such a module fails at once rather than leaking from one workflow into another.
 */
export async function bundleWorkflows(workflowsPath: string, stateless: readonly string[]): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath: FAILURE_CONVERTER_PATH,
    plugins: [tracingPlugin()],
    preloadModules: [require.resolve('./sandbox-stack-depth'), ...TRACING_PRELOADS, ...stateless],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  return code;
}

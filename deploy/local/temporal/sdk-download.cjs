// Run as a process of its own by download-temporal.ts: <version> <folder>. The SDK downloads Temporal's CLI into the
// folder before it starts it; whether the start succeeds matters to nobody.
const [version, downloadDir] = process.argv.slice(2);

async function download() {
  const { DefaultLogger, Runtime } = require('@temporalio/worker');
  const { TestWorkflowEnvironment } = require('@temporalio/testing');
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const executable = { type: 'cached-download', version, downloadDir };
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}

download().then(
  () => process.exit(0),
  (error) => {
    // The innermost cause, such as `Name or service not known`, is all a reader needs.
    const reason = String(error.message).split('\n')[0].split(': ').at(-1);
    process.send(reason, () => process.exit(1));
  },
);

/** Where Temporal's client, worker and bundler find the failure converter: they take a module's path, not the object. */
export const FAILURE_CONVERTER_PATH = require.resolve('./failure-converter');

import { join } from 'node:path';
import { keepBundle } from '../../platform/keep-bundle';

const STATELESS = ['../../domain/notification', '../../domain/order'];

/** Writes `dist/sync-workflow-bundle.js`: the workflows of sync-worker. */
keepBundle({
  dist: join(__dirname, '..', '..'),
  name: 'sync-workflow-bundle',
  inputs: ['workflows', 'domain', 'domain/sheets', 'platform', 'services/sync-worker'],
  async bundle() {
    const { bundleWorkflows } = await import('../../platform/bundle-workflows.js');
    return bundleWorkflows(
      require.resolve('../../workflows/sync-index'),
      STATELESS.map((module) => require.resolve(module)),
    );
  },
}).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

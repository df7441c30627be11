import { join } from 'node:path';
import { keepBundle } from '../../platform/keep-bundle';

const STATELESS = [
  '../../domain/booking/view',
  '../../domain/errors',
  '../../domain/notification',
  '../../domain/order',
  '../../domain/order-state',
  '../../workflows/booking-message',
];

/** Writes `dist/workflow-bundle.js`: OrderWorkflow and BookingWorkflow. */
keepBundle({
  dist: join(__dirname, '..', '..'),
  name: 'workflow-bundle',
  inputs: ['workflows', 'domain', 'domain/booking', 'platform', 'services/order-worker'],
  async bundle() {
    const { bundleWorkflows } = await import('../../platform/bundle-workflows.js');
    return bundleWorkflows(
      require.resolve('../../workflows'),
      STATELESS.map((module) => require.resolve(module)),
    );
  },
}).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

import { NativeConnection, Worker } from '@temporalio/worker';
import { FLOOR_TASK_QUEUE } from './workflow';

export interface FloorActivities {
  nothing(): Promise<void>;
}

/** The floor's worker process: the SDK as it comes, without interceptors, codec or any setting of ours. */
async function main(): Promise<void> {
  const activities: FloorActivities = { nothing: async () => {} };
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233' }),
    workflowsPath: require.resolve('./workflow'),
    taskQueue: FLOOR_TASK_QUEUE,
    activities,
  });
  console.log(JSON.stringify({ event: 'ready' }));
  await worker.run();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

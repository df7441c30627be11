import { orderWorkflowId } from '../../workflows/contract';
import { accepted, openDoor, outcomes } from '../support/doors';
import { sampleBody } from '../support/sample-order';
import { createScene } from '../support/scene';

test('probe', async () => {
  const scene = await createScene();
  const [api, api2, worker] = await Promise.all([
    scene.startApi(),
    scene.startApi(),
    scene.startWorker({ LOG_LEVEL: 'debug' }),
  ]);
  const door = openDoor('REST', api, scene.tenant.key);
  const door2 = openDoor('REST', api2, scene.tenant.key);
  await door2.orderIds();
  for (const n of [20, 20, 20]) {
    const key = `k${Math.random()}`;
    const { order } = accepted(await door.create(sampleBody(), { key }));
    const from = worker.lines.length;
    const t = Date.now();
    const answers = await Promise.all(
      Array.from({ length: n }, (_, index) =>
        (index % 2 ? door : door2).move(order.id, index % 4 < 2 ? 'confirmed' : 'cancelled', {
          expectedVersion: 1,
          reason: `r${index}`,
        }),
      ),
    );
    console.log(
      n,
      Date.now() - t,
      JSON.stringify(outcomes(answers)),
      worker.lines.slice(from).filter((l) => l.includes('task not found')).length,
      worker.lines.slice(from).filter((l) => l.includes('Activity started')).length,
    );
  }
  await new Promise((r) => setTimeout(r, 500));
  console.log(
    [...api.lines, ...api2.lines]
      .filter((l) => l.includes('UNAVAIL') || l.includes('"error"'))
      .slice(-10)
      .join('\n')
      .slice(0, 14000),
  );
  await scene.close();
}, 200000);

import { countOutcomes, createAccount, workflowUrl } from './account';
import type { DemoEnv } from './demo-env';
import { demoRun } from './demo-run';
import { openDemoSlots } from './demo-slots';
import { DEMO_TENANTS, readExamples } from './example';
import { grpcDoor } from './grpc-door';
import type { Call } from './order-door';
import type { Paint } from './paint';
import { type BookedOrder, play } from './play';
import { openReach, type Reach } from './reach/reach';
import { listDifferences, listOrders, readAuditTrail, trailDifferences } from './read-back';
import { restDoor } from './rest-door';
import { watchMoment } from './watch-moment';

/** Clocks of the demo and of a database elsewhere may differ by this much before the list misses an order. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Plays the file on a stack that is ready, reads back what it made, and prints the account of it.
 * @returns 0 if everything came out as the file says, else 1.
 */
export async function tellDemo(
  env: DemoEnv,
  options: { readonly examples: string; readonly print: (line: string) => void; readonly paint: Paint },
): Promise<0 | 1> {
  const { print, paint } = options;
  const startedAt = new Date();
  const run = demoRun(startedAt);
  const lines = readExamples(options.examples);
  const rest = restDoor(env.apiUrl);
  const grpc = grpcDoor(env.grpcAddress);
  const differences: string[] = [];
  const heading = (text: string): void => {
    print('');
    print(paint('bold', text));
  };
  const callWith = (apiKey: string, what: string): Call => ({ apiKey, correlationId: `demo-${run.suffix}-${what}` });
  const callAs = (tenant: BookedOrder['tenant'], what: string) => callWith(env.tenants[tenant].apiKey, what);
  const note = (found: readonly string[]): void => {
    for (const difference of found) print(paint('red', `  ✗ ${difference}`));
    differences.push(...found);
  };

  const reaches = new Map<BookedOrder['tenant'], Reach>();
  try {
    print(`Playing ${lines.length} lines of examples/orders.jsonl (run ${run.suffix}).`);
    await openDemoSlots(env, run, startedAt);
    for (const tenant of DEMO_TENANTS) reaches.set(tenant, await openReach(env, tenant, callWith));

    const account = createAccount(print, paint, env);
    const { played, booked } = await play(lines, {
      env,
      run,
      doors: { rest, grpc },
      onPlayed: (entry, order) => account.entry(entry, order),
    });
    for (const entry of played) {
      for (const difference of entry.differences) differences.push(`line ${entry.number}: ${difference}`);
    }
    const orders = [...booked.values()];

    heading('The lists');
    for (const tenant of DEMO_TENANTS) {
      const { orders: listed, pages } = await listOrders(
        env.apiUrl,
        callAs(tenant, 'list'),
        new Date(startedAt.getTime() - CLOCK_TOLERANCE_MS),
      );
      const own = orders.filter((order) => order.tenant === tenant);
      print(
        `  ${tenant}: ${own.length} orders of this run among the ${listed.length} newest, on ${pages} ${pages === 1 ? 'page' : 'pages'}`,
      );
      note(listDifferences(listed, own));
    }

    const travelled = mostMoved(orders);
    if (travelled !== undefined) {
      heading(`The audit trail of the order of ${travelled.customer}`);
      const trail = await readAuditTrail(env.apiUrl, callAs(travelled.tenant, 'trail'), travelled.id);
      for (const { sequence, occurred_at, from_status, to_status, actor, reason } of trail) {
        const move = from_status === null ? to_status : `${from_status} → ${to_status}`;
        print(`  ${sequence}  ${occurred_at}  ${move.padEnd(26)}${actor}${reason === null ? '' : ` · ${reason}`}`);
      }
      note(trailDifferences(trail, travelled));
    }

    const pending = orders.filter(({ status }) => status === 'pending').at(-1);
    if (pending !== undefined) {
      heading(`Watching the order of ${pending.customer} over gRPC while it is moved over REST`);
      const found = await watchMoment(pending, callAs(pending.tenant, 'watch'), {
        watch: grpc.watch,
        door: rest,
        onEvent: ({ sequence, from, to }) => print(`  ${sequence}  ${from === undefined ? to : `${from} → ${to}`}`),
      });
      note(found);
    }

    for (const [tenant, reach] of reaches) {
      const told = orders
        .filter((order) => order.tenant === tenant)
        // The watched order was moved to its end.
        .map((order) => (order.id === pending?.id ? { ...order, status: 'completed' as const, version: 4 } : order));
      heading(`What the owner's webhook heard (${tenant})`);
      note(await reach.tellWebhooks(told, print));
      heading(`The owner's Google Sheet (${tenant})`);
      note(await reach.tellSheet(told, print));
    }

    heading(`${lines.length} lines: ${countOutcomes(played)}`);
    if (differences.length === 0) print(paint('green', 'Everything came out as examples/orders.jsonl says.'));
    else {
      print(paint('red', `${differences.length} differences from what examples/orders.jsonl says:`));
      for (const difference of differences) print(paint('red', `  ✗ ${difference}`));
    }

    heading('To look further');
    if (env.consoleUrl !== undefined)
      print(`  Console       ${env.consoleUrl}, with the DEMO_ADMIN_KEY of .data/dev.env`);
    if (env.sheets !== undefined) print(`  The sheet     ${env.sheets.url}`);
    print(`  API docs      ${env.apiUrl}/docs`);
    if (env.temporalUiUrl !== undefined) {
      print(`  Temporal UI   ${env.temporalUiUrl}/namespaces/default/workflows`);
      if (travelled !== undefined) print(`  One order     ${workflowUrl(env.temporalUiUrl, travelled.workflowId)}`);
    }
    return differences.length === 0 ? 0 : 1;
  } finally {
    await Promise.all([...reaches.values()].map((reach) => reach.close()));
    grpc.close();
  }
}

function mostMoved(orders: readonly BookedOrder[]): BookedOrder | undefined {
  return orders.reduce<BookedOrder | undefined>(
    (most, order) => (most === undefined || order.version > most.version ? order : most),
    undefined,
  );
}

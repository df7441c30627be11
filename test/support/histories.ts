import type { WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { eventually } from './eventually';

const { EventType } = temporal.api.enums.v1;

/** How often each type of event is in a run's history, by its name without the prefix (`WORKFLOW_TASK_COMPLETED`). */
export async function countEvents(handle: WorkflowHandle): Promise<Readonly<Record<string, number>>> {
  const { events } = await handle.fetchHistory();
  const counts: Record<string, number> = {};
  for (const { eventType } of events ?? []) {
    const name = EventType[eventType ?? 0]?.replace('EVENT_TYPE_', '') ?? 'UNKNOWN';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * Waits for a run's next task: a run whose task takes long reports in time that it is still at work, which begins another
 * task and brings all that Temporal had until then.
 */
export async function untilNextTask(handle: WorkflowHandle): Promise<void> {
  const tasks = async () => (await countEvents(handle)).WORKFLOW_TASK_STARTED;
  const before = await tasks();
  await eventually('the next task', async () => (await tasks()) !== before);
}

/** The search attributes of a run, by name. */
export async function searchAttributes(handle: WorkflowHandle): Promise<Readonly<Record<string, unknown>>> {
  const { typedSearchAttributes } = await handle.describe();
  return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
}

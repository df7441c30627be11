import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { EventType } = temporal.api.enums.v1;

export interface HistoryCost {
  readonly events: number;
  /** As Temporal Cloud bills: https://docs.temporal.io/cloud/actions */
  readonly billableActions: number;
  readonly byType: Readonly<Record<string, number>>;
}

/** What one run has cost so far, read from its history. */
export async function historyCost(client: Client, workflowId: string): Promise<HistoryCost> {
  const { events = [] } = await client.workflow.getHandle(workflowId).fetchHistory();
  const byType: Record<string, number> = {};
  let billableActions = 0;
  /** All local activities that one workflow task completes are one action together. */
  const tasksWithMarkers = new Set<string>();
  for (const event of events ?? []) {
    const type = event.eventType ?? EventType.EVENT_TYPE_UNSPECIFIED;
    const name = EventType[type].replace('EVENT_TYPE_', '');
    byType[name] = (byType[name] ?? 0) + 1;
    if (BILLED.has(type)) billableActions += 1;
    const marker = event.markerRecordedEventAttributes;
    if (marker) tasksWithMarkers.add(String(marker.workflowTaskCompletedEventId));
  }
  return { events: (events ?? []).length, billableActions: billableActions + tasksWithMarkers.size, byType };
}

const BILLED: ReadonlySet<temporal.api.enums.v1.EventType> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
]);

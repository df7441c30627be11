import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { StackError } from '../stack-error';

/** Name and type of each custom search attribute. */
export type SearchAttributes = Readonly<Record<string, 'Keyword'>>;

const { IndexedValueType } = temporal.api.enums.v1;
const TYPES = { Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD } as const;

/** How long one call may take; a server that is still starting accepts connections and does not answer. */
const CALL_DEADLINE_MS = 5_000;

/** How long a closed run stays visible in a namespace that is made here. */
const RETENTION = '3 days';

/**
 * Waits until the server at `address` answers for the namespace, and makes the namespace and the search attributes that
 * are missing. Doing it again changes nothing.
 *
 * @throws StackError when the server does not answer within `withinMs`, or a search attribute has another type
 */
export async function prepareTemporal(options: {
  readonly address: string;
  readonly namespace: string;
  readonly searchAttributes: SearchAttributes;
  readonly withinMs: number;
  /** Give up as soon as this is false. */
  readonly while?: () => boolean;
}): Promise<void> {
  const deadline = Date.now() + options.withinMs;
  const connection = Connection.lazy({ address: options.address });
  let last: unknown;
  try {
    while (Date.now() < deadline && (options.while?.() ?? true)) {
      try {
        const complete = await connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
          ensure(connection, options.namespace, options.searchAttributes),
        );
        if (complete) return;
      } catch (error) {
        if (error instanceof StackError) throw error;
        last = error;
      }
      await sleep(100);
    }
  } finally {
    await connection.close();
  }
  const seconds = Math.round(options.withinMs / 1000);
  throw new StackError(`No Temporal server answers at ${options.address} (waited ${seconds} s).${describe(last)}`);
}

/** One round: true once nothing is missing any more. What was just added is looked for again in the next round. */
async function ensure(connection: Connection, namespace: string, wanted: SearchAttributes): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(RETENTION),
    });
    return false;
  }
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  for (const [name, type] of Object.entries(wanted)) {
    const found = customAttributes?.[name];
    if (found !== undefined && found !== TYPES[type]) {
      throw new StackError(`Search attribute ${name} of namespace ${namespace} is no ${type}: use another namespace.`);
    }
  }
  const missing = Object.entries(wanted).filter(([name]) => customAttributes?.[name] === undefined);
  if (missing.length === 0) return true;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPES[type]])),
  });
  return false;
}

function describe(error: unknown): string {
  const details = (error as { details?: string } | undefined)?.details;
  // Why it did not answer in time nobody knows; anything else was an answer.
  return details === undefined || details.startsWith('Deadline exceeded') ? '' : ` Last error: ${details}.`;
}

function isNotFound(error: unknown): boolean {
  const NOT_FOUND = 5;
  return (error as { code?: number }).code === NOT_FOUND;
}

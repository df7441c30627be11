import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { EncryptionCodec, parseKeyring } from '../../platform/payload-codec';
import { orderStatusSignal } from '../../workflows/contract';
import { eventually } from './eventually';
import { tenantWithExpiry } from './expiry';
import { orderRuns, refusalCode, sampleAttempt } from './order-runs';
import type { Scene } from './scene';
import { TEST_ENCRYPTION_KEYS } from './services';

export const HISTORIES = join(__dirname, '..', 'workflow', 'histories');

/**
 * Lives the lives of orders that the replay test reads, on a real server with the worker as it is now, and writes their
 * histories down. Encrypted with the fixed test key, like everything in a scene.
 *
 *     npm run build && RECORD_HISTORIES=1 npx jest test/workflow/replay.test.ts
 *
 * Histories of versions that have been released are never recorded again: they are what runs in production began with.
 * Record under a new name beside them instead.
 */
export async function recordHistories(scene: Scene): Promise<void> {
  const orders = orderRuns(scene);
  type Attempt = ReturnType<typeof sampleAttempt>;
  const fresh = () => sampleAttempt(scene.tenant.userId);
  const lives: Readonly<Record<string, () => Promise<Attempt>>> = {
    async placed() {
      const attempt = fresh();
      await orders.place(attempt);
      return attempt;
    },

    async 'refused-as-duplicate'() {
      const first = fresh();
      await orders.place(first);
      const second = sampleAttempt(first.userId, { content: first.content });
      await refusalCode(orders.place(second));
      return second;
    },

    async 'full-life'() {
      const attempt = fresh();
      await orders.place(attempt);
      await orders.move(attempt, 'confirmed');
      await refusalCode(orders.move(attempt, 'completed'));
      await orders.handle(attempt).signal(orderStatusSignal, { status: 'processing', reason: 'in the oven' });
      await eventually('the signal', async () => (await orders.statusOf(attempt)) === 'processing');
      await orders.move(attempt, 'completed', { expectedVersion: 3 });
      return attempt;
    },

    async 'cancelled-by-operator'() {
      const attempt = fresh();
      await orders.place(attempt);
      await orders.move(attempt, 'confirmed');
      await orders.handle(attempt).cancel();
      await orders
        .handle(attempt)
        .result()
        .catch(() => undefined);
      return attempt;
    },

    async 'signals-ignored'() {
      const attempt = fresh();
      await orders.place(attempt);
      for (const signal of [{ status: 'completed' }, { status: 'lost' }, null]) {
        await orders.handle(attempt).signal('orderStatus', signal);
      }
      await orders.move(attempt, 'cancelled');
      return attempt;
    },

    async expired() {
      const attempt = sampleAttempt(await tenantWithExpiry(scene, 60));
      await orders.placeInThePast(attempt, new Date(Date.now() - 120_000));
      await orders.start(attempt);
      await orders.handle(attempt).result();
      return attempt;
    },

    async resumed() {
      const attempt = sampleAttempt(await tenantWithExpiry(scene, 3600));
      const { order } = await orders.place(attempt);
      await orders.handle(attempt).terminate();
      // As continue-as-new begins a run: the first one's history would be megabytes, which is why it was continued.
      const next = { ...attempt, attemptId: randomUUID() };
      await orders.start(next, { attempt: next, resumed: { order, pendingExpirySeconds: 3600 } });
      await orders.move(next, 'confirmed');
      await orders.move(next, 'cancelled');
      return next;
    },
  };

  for (const [name, live] of Object.entries(lives)) {
    const { workflowId } = orders.handle(await live());
    const history = await scene.temporal.workflow.getHandle(workflowId).fetchHistory();
    await forgetMachine(history);
    await writeFile(join(HISTORIES, `${name}.json`), `${historyToJSON(history)}\n`);
  }
}

const codec = new EncryptionCodec(parseKeyring(TEST_ENCRYPTION_KEYS));

/** Takes out what says where it was recorded and means nothing to a replay: process names, paths in stack traces. */
async function forgetMachine(part: unknown): Promise<void> {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  const fields = part as Record<string, unknown>;
  if (typeof fields.identity === 'string') fields.identity = 'recorder';
  if (fields.encodedAttributes) fields.encodedAttributes = await withoutStackTrace(fields.encodedAttributes as Payload);
  for (const value of Object.values(fields)) await forgetMachine(value);
}

async function withoutStackTrace(encrypted: Payload): Promise<Payload> {
  const [payload] = await codec.decode([encrypted]);
  const attributes = defaultPayloadConverter.fromPayload<Record<string, unknown>>(payload ?? encrypted);
  const [again] = await codec.encode([defaultPayloadConverter.toPayload({ ...attributes, stack_trace: '' })]);
  return again ?? encrypted;
}

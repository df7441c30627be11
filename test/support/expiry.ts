import type { Scene } from './scene';

/** A new tenant whose pending orders expire after so many seconds (60 is the least there is). */
export async function tenantWithExpiry(scene: Scene, seconds: number): Promise<string> {
  const { userId } = await scene.addTenant();
  await scene.database.owner.query(
    `INSERT INTO ai_capabilities (user_id, pending_order_expiry_seconds) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET pending_order_expiry_seconds = excluded.pending_order_expiry_seconds`,
    [userId, seconds],
  );
  return userId;
}

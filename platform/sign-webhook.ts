import { Webhook } from 'standardwebhooks';

/**
 * The headers of a message by Standard Webhooks 1.0: its id, the time of this sending, and a signature over both and the body with
 * each of the secrets (`whsec_…`). A receiver that knows any one of them takes it, so secrets can be changed without a gap.
 */
export function signWebhook(
  message: { readonly id: string; readonly at: Date; readonly body: string },
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const { id, at, body } = message;
  return {
    'content-type': 'application/json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

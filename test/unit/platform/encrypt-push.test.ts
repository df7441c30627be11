import { encryptPush } from '../../../platform/encrypt-push';
import { parseKeyring } from '../../../platform/keyring';
import { makeVapidKeys, openVapidKeys } from '../../../platform/vapid-keys';
import { createBrowser, vapidClaims } from '../../support/push-browser';

const KEYRING = parseKeyring(`test:${Buffer.alloc(32, 5).toString('base64')}`);
const vapid = openVapidKeys(KEYRING, makeVapidKeys(KEYRING));
const OPTIONS = { vapid, subject: 'mailto:owner@example.com', seconds: 60, urgency: 'high', topic: 'test' } as const;
const ENDPOINT = 'https://push.example:8443/send/abc';

function push(keys: { readonly p256dh: string; readonly auth: string }, text: string) {
  const { headers, body } = encryptPush({ endpoint: ENDPOINT, ...keys }, text, OPTIONS);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { headers: lower, body };
}

describe('a push message', () => {
  it('is read by the browser that it is for, and by no other', () => {
    const [browser, other] = [createBrowser(), createBrowser()];
    const text = JSON.stringify({ title: 'Neue Bestellung 🍕' });
    const message = push(browser.keys, text);
    expect(browser.decrypt(message)).toBe(text);
    expect(() => other.decrypt(message)).toThrow();
    expect(message.body.toString('latin1')).not.toContain('Bestellung');
  });

  it('that was changed on the way is not read', () => {
    const browser = createBrowser();
    const { headers, body } = push(browser.keys, 'text');
    for (const at of [0, 30, body.length - 1]) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => browser.decrypt({ headers, body: changed })).toThrow();
    }
  });

  it('tells the push service who sent it, for whom, and until when (RFC 8292)', () => {
    const { headers } = push(createBrowser().keys, 'text');
    const claims = vapidClaims(headers.authorization, vapid.publicKey);
    expect(claims).toMatchObject({ aud: 'https://push.example:8443', sub: 'mailto:owner@example.com' });
    const hours = (Number(claims.exp) * 1_000 - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(0);
    expect(hours).toBeLessThanOrEqual(24);
    expect(headers).toMatchObject({ ttl: '60', urgency: 'high', topic: 'test', 'content-encoding': 'aes128gcm' });
  });

  it('of the size of ours fits into what push services take', () => {
    expect(
      push(createBrowser().keys, JSON.stringify({ body: '🍕'.repeat(240), rest: 'x'.repeat(400) })).body.length,
    ).toBeLessThanOrEqual(4_096);
  });

  it('cannot be made for keys that are none', () => {
    const { p256dh, auth } = createBrowser().keys;
    expect(() => push({ p256dh: p256dh.slice(4), auth }, 'text')).toThrow();
    expect(() => push({ p256dh: Buffer.alloc(65, 4).toString('base64url'), auth }, 'text')).toThrow();
    expect(() => push({ p256dh, auth: 'AAAA' }, 'text')).toThrow();
  });
});

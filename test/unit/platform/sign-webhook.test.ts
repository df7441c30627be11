import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { signWebhook } from '../../../platform/sign-webhook';

const secret = () => `whsec_${randomBytes(32).toString('base64')}`;
const BODY = '{"type":"order.created","data":{"name":"Bücher 🍕"}}';
const message = (fields: { readonly at?: Date; readonly body?: string } = {}) => ({
  id: 'evt_1',
  at: new Date(),
  body: BODY,
  ...fields,
});

describe('a signed webhook', () => {
  it('is accepted by whoever has the secret, and by nobody else', () => {
    const [ours, theirs] = [secret(), secret()];
    const headers = signWebhook(message(), [ours]);
    expect(new Webhook(ours).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => new Webhook(theirs).verify(BODY, headers)).toThrow('No matching signature');
  });

  it('is accepted with the new secret and the old one while there are two', () => {
    const [fresh, old] = [secret(), secret()];
    const headers = signWebhook(message(), [fresh, old]);
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    for (const each of [fresh, old]) expect(new Webhook(each).verify(BODY, headers)).toBeDefined();
    expect(() => new Webhook(secret()).verify(BODY, headers)).toThrow('No matching signature');
  });

  it('is refused when anything that is signed was changed', () => {
    const ours = secret();
    const headers = signWebhook(message(), [ours]);
    const verify = (body: string, changed: Record<string, string>) => () =>
      new Webhook(ours).verify(body, { ...headers, ...changed });
    expect(verify(BODY.replace('Bücher', 'Bucher'), {})).toThrow('No matching signature');
    expect(verify(`${BODY} `, {})).toThrow('No matching signature');
    expect(verify(BODY, { 'webhook-id': 'evt_2' })).toThrow('No matching signature');
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(verify(BODY, { 'webhook-timestamp': later })).toThrow('No matching signature');
  });

  it('is of the time of its sending: too old to be sent again by a stranger after five minutes', () => {
    const ours = secret();
    const headers = signWebhook(message({ at: new Date(Date.now() - 301_000) }), [ours]);
    expect(() => new Webhook(ours).verify(BODY, headers)).toThrow('too old');
  });
});

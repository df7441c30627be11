import { BOOKING_LOCALES } from '../../../../domain/booking/booking';
import { isErrorCode } from '../../../../domain/errors';
import { GUARDRAILS } from '../../../../domain/guardrails/guardrail';
import { type CallStep, conversationFiles, isCall, playConversation } from '../../../support/conversation';
import { openDomainDoor } from '../../../support/domain-door';

const files = conversationFiles();
const conversations = files.flatMap((file) => file.conversations);
const calls = conversations.flatMap(({ steps }) => steps.filter(isCall) as CallStep[]);

describe('examples/conversations', () => {
  it('holds at least 70 conversations, each with a name of its own, clean and adversarial ones', () => {
    expect(conversations.length).toBeGreaterThanOrEqual(70);
    expect(new Set(conversations.map(({ id }) => id)).size).toBe(conversations.length);
    for (const label of ['clean', 'adversarial']) {
      expect(conversations.filter(({ labels }) => labels.includes(label)).length).toBeGreaterThanOrEqual(20);
    }
    expect(conversations.filter(({ labels }) => labels.includes('clean') === labels.includes('adversarial'))).toEqual(
      [],
    );
  });

  it.each(BOOKING_LOCALES)('has clean and adversarial conversations in %s', (locale) => {
    const labels = conversations.filter((conversation) => conversation.locale === locale).map(({ labels }) => labels);
    expect(labels.filter((those) => those.includes('clean')).length).toBeGreaterThanOrEqual(3);
    expect(labels.filter((those) => those.includes('adversarial')).length).toBeGreaterThanOrEqual(1);
  });

  it('has a step that each guardrail refuses, and one that each error is the answer to', () => {
    const refusals = calls.flatMap(({ expect: reply }) => (reply.outcome === 'blocked' ? [reply] : []));
    const guardrails = new Set(refusals.flatMap(({ guardrail }) => (guardrail === undefined ? [] : [guardrail])));
    // A hundred items take a message that nobody would read here.
    expect(GUARDRAILS.filter((name) => !guardrails.has(name))).toEqual(['draft_limit']);
    expect([...new Set(refusals.map(({ code }) => code))].filter((code) => !isErrorCode(code))).toEqual([]);
  });

  it.each([
    'injection',
    'html',
    'look-alike',
    'zero-width',
    'bidi',
    'stale',
    'interleaved',
    'claimed',
    'paraphrase',
    'retry',
    'abandoned',
    'forged',
    'declined',
    'duplicate',
    'tenant',
    'time',
    'catalogue',
  ])('has %s', (label) => {
    expect(conversations.filter(({ labels }) => labels.includes(label)).length).toBeGreaterThan(0);
  });

  it('expects as many orders as it says that are made', () => {
    for (const {
      id,
      steps,
      expect: { orders },
    } of conversations) {
      const made = steps.filter(
        (step) => step.step === 'create_order' && isCall(step) && step.expect.outcome === 'accepted',
      );
      expect([id, made.length]).toEqual([id, orders.length]);
    }
  });

  it('hides nothing from a reader: what cannot be seen is written as an escape', () => {
    const hidden = files.filter(({ text }) =>
      /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(text),
    );
    expect(hidden.map(({ name }) => name)).toEqual([]);
  });
});

describe.each(files)('$name', ({ conversations: those }) => {
  it.each(those.map((conversation) => [conversation.id, conversation] as const))('%s', async (_id, conversation) => {
    expect(await playConversation(conversation, openDomainDoor(conversation.tenant))).toEqual([]);
  });
});

describe('the player', () => {
  const [clean] = conversations.filter(({ id }) => id === 'en-two-margheritas');
  if (clean === undefined) throw new Error('no conversation to spoil');
  const play = (change: object) => playConversation({ ...clean, ...change }, openDomainDoor());
  const withStep = (step: string, change: object) => ({
    steps: clean.steps.map((one) => (one.step === step ? { ...one, ...change } : one)),
  });

  it.each([
    ['an order that nobody expects', { expect: { orders: [] } }],
    [
      'a step that should have been refused',
      withStep('confirm_booking', { expect: { outcome: 'blocked', code: 'GUARDRAIL_BLOCKED' } }),
    ],
    ['a step that is refused', withStep('confirm_booking', { customer_reply: 'no' })],
    [
      'a refusal by another guardrail',
      withStep('confirm_booking', {
        customer_reply: 'no',
        expect: { outcome: 'blocked', code: 'GUARDRAIL_BLOCKED', guardrail: 'step_order' },
      }),
    ],
    ['another line in the records', withStep('add_items', { expect: { outcome: 'repeated' } })],
    ['another order', withStep('create_order', { expect: { outcome: 'repeated' } })],
  ])('notices %s', async (_what, change) => {
    expect(await play(change)).not.toEqual([]);
  });
});

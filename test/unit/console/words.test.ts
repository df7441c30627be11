import { NOTIFICATION_EVENTS as OWN_EVENTS } from '../../../console/app/api/wire';
import { blockedText, decisionText } from '../../../console/app/bookings/plain-words';
import { agoText, dayName, elapsedText, sentenceText, timeLocale, untilText } from '../../../console/app/format/time';
import { actorText, countText, itemsText, phoneNumber, phoneText, shortId } from '../../../console/app/format/words';
import { deviceName } from '../../../console/app/notifications/device-name';
import { attemptText, eventText } from '../../../console/app/notifications/event-words';
import { pushSupport } from '../../../console/app/notifications/push-support';
import { canBeCancelled, nextStatus } from '../../../console/app/orders/order-moves';
import { durationOf, durationProblem, durationText, secondsOf } from '../../../console/app/settings/duration';
import { causeText } from '../../../console/app/sheet/sheet-words';
import { BOOKING_ACTIONS } from '../../../domain/booking/booking';
import { GUARDRAILS } from '../../../domain/guardrails/guardrail';
import { NOTIFICATION_EVENTS } from '../../../domain/notification';
import { ORDER_STATUSES } from '../../../domain/order';
import { ORDER_TRANSITIONS } from '../../../domain/order-state';
import { SHEET_CAUSES } from '../../../domain/sheets/causes';

describe('the console knows what the domain knows', () => {
  it('every move that it offers is one that the state machine allows, and none is left out', () => {
    for (const status of ORDER_STATUSES) {
      const next = nextStatus(status);
      const offered = [...(next === undefined ? [] : [next]), ...(canBeCancelled(status) ? ['cancelled'] : [])];
      expect(offered).toEqual(ORDER_TRANSITIONS[status]);
    }
  });

  it('has words for every guardrail', () => {
    const unknown = blockedText({ guardrail: 'of a later server', reason: null });
    for (const guardrail of GUARDRAILS) expect(blockedText({ guardrail, reason: null })).not.toBe(unknown);
    expect(unknown).toMatch(/rule/);
  });

  it('has words for every step, done, repeated and stopped', () => {
    for (const step of [...BOOKING_ACTIONS, 'start', 'expire']) {
      expect(decisionText({ step, decision: 'accepted' })).not.toBe(step.replaceAll('_', ' '));
      expect(decisionText({ step, decision: 'repeated' })).toMatch(/\(again\)$/);
    }
    for (const step of BOOKING_ACTIONS) expect(decisionText({ step, decision: 'blocked' })).toMatch(/^Tried /);
  });

  it('has words for every event that somebody can be told of, and every cause of a sheet that is not written', () => {
    expect(OWN_EVENTS).toEqual(NOTIFICATION_EVENTS);
    for (const event of [...NOTIFICATION_EVENTS, 'test.ping']) expect(eventText(event)).not.toBe(event);
    for (const cause of [...SHEET_CAUSES, 'overtaken']) expect(causeText(cause)).toMatch(/^[A-Z]/);
    expect(causeText('of_a_later_server')).toBe('of a later server');
  });

  it('tells what came of an attempt', () => {
    const attempt = { attempt: 1, result: 'retried', started_at: '', duration_ms: 1 };
    expect(attemptText({ ...attempt, status_code: 204, cause: null })).toBe('HTTP 204');
    expect(attemptText({ ...attempt, status_code: 302, cause: 'redirect' })).toMatch(/^HTTP 302, a redirect/);
    expect(attemptText({ ...attempt, status_code: null, cause: 'timeout' })).toBe('no answer in time');
  });

  it('the same reason means another thing at another guardrail', () => {
    expect(blockedText({ guardrail: 'item_grounding', reason: 'name_not_said' })).toMatch(/item/);
    expect(blockedText({ guardrail: 'customer_grounding', reason: 'name_not_said' })).toMatch(/name/);
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 24, 14, 30);
  const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  const minute = 60_000;

  test.each([
    [0, 'just now'],
    [-5 * minute, 'just now'],
    [59_000, 'just now'],
    [4 * minute, '4 min ago'],
    [119 * minute, '1 h ago'],
    [13 * 60 * minute, 'Today, 01:30'],
    [15 * 60 * minute, 'Yesterday, 23:30'],
  ])('%d ms ago is “%s”', (ms, text) => {
    expect(agoText(ago(ms), now, 'en-GB')).toBe(text);
  });

  it('days have names, and a year where it is another one', () => {
    expect(dayName(ago(5 * 24 * 60 * minute), now, 'en-GB')).toMatch(/^Thursday,? 19 November$/);
    expect(dayName(new Date(2025, 10, 24).toISOString(), now, 'en-GB')).toMatch(/^Monday,? 24 November 2025$/);
    expect(sentenceText(ago(minute), now, 'en-GB')).toBe('today, 14:29');
  });

  it('what lies ahead', () => {
    expect(untilText(ago(-90_000), now)).toBe('in 2 min');
    expect(untilText(ago(-12 * 60 * minute), now)).toBe('in 12 h');
    expect(untilText(ago(minute), now)).toBe('now');
  });

  it('how long it took, and whose habits are followed', () => {
    expect([elapsedText(340.4), elapsedText(1_250)]).toEqual(['340 ms', '1.3 s']);
    expect(timeLocale(['de-DE', 'en-US', 'en'])).toBe('en-US');
    expect(timeLocale(['de-DE'])).toBe('en-GB');
    expect(timeLocale(['en-US@posix', 'en-IE'])).toBe('en-IE');
    expect(timeLocale(['en-US@posix'])).toBe('en-GB');
  });
});

describe('durations', () => {
  test.each([
    [30, { amount: 30, unit: 'seconds' }],
    [90, { amount: 90, unit: 'seconds' }],
    [600, { amount: 10, unit: 'minutes' }],
    [7_200, { amount: 2, unit: 'hours' }],
    [2_592_000, { amount: 30, unit: 'days' }],
  ] as const)('%d seconds, in the largest unit that holds them', (seconds, duration) => {
    expect(durationOf(seconds)).toEqual(duration);
    expect(secondsOf(duration)).toBe(seconds);
  });

  it('bounds belong to what is allowed, and an empty field does not', () => {
    const bounds = { min: 60, max: 3_600 };
    expect(durationProblem({ amount: 1, unit: 'minutes' }, bounds)).toBeUndefined();
    expect(durationProblem({ amount: 1, unit: 'hours' }, bounds)).toBeUndefined();
    expect(durationProblem({ amount: 59, unit: 'seconds' }, bounds)).toBe('Choose between 1 minute and 1 hour.');
    expect(durationProblem({ amount: Number.NaN, unit: 'hours' }, bounds)).toBe('Enter a number.');
    expect(durationText(5_400)).toBe('90 minutes');
  });
});

describe('words', () => {
  const items = ['Rye bread', 'Bagel', 'Bun', 'Tart', 'Roll'].map((name, index) => ({ name, quantity: index + 1 }));

  it('items are named as far as there is room; one more is never “1 more”', () => {
    expect(itemsText(items.slice(0, 2))).toBe('1 × Rye bread, 2 × Bagel');
    expect(itemsText(items.slice(0, 4))).toBe('1 × Rye bread, 2 × Bagel, 3 × Bun, 4 × Tart');
    expect(itemsText(items)).toBe('1 × Rye bread, 2 × Bagel, 3 × Bun, 2 more');
  });

  it('small things', () => {
    expect([countText(1, 'order'), countText(0, 'order'), countText(1_200, 'order')]).toEqual([
      '1 order',
      '0 orders',
      '1,200 orders',
    ]);
    expect(phoneText('4930901820')).toBe('49 3090 1820');
    expect(phoneText('4915123456789')).toBe('+49151 2345 6789');
    expect(phoneText('030901820')).toBe('03090 1820');
  });

  it('dials a number with its country code, and one of home as it is', () => {
    expect(['4915123456789', '11987654321', '03090182044', '5551234567'].map(phoneNumber)).toEqual([
      '+4915123456789',
      '11987654321',
      '03090182044',
      '5551234567',
    ]);
    expect(shortId('0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f')).toBe('8D9E0F');
    expect(['api_key:obk_ab', 'system', 'operator', 'signal:till', 'x'].map(actorText)).toEqual([
      'key obk_ab',
      'the system',
      'an operator',
      'another program',
      'x',
    ]);
  });
});

describe('this device', () => {
  test.each([
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['something else', 'Browser'],
  ])('%s is called %s', (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });

  const capable = {
    isSecureContext: true,
    hasServiceWorker: true,
    hasPushManager: true,
    hasNotification: true,
    userAgent: 'Mozilla/5.0 (iPhone)',
    isStandalone: false,
  };
  test.each([
    ['yes', {}],
    ['insecure', { isSecureContext: false }],
    ['needs_home_screen', { hasPushManager: false }],
    ['no', { hasPushManager: false, isStandalone: true }],
    ['no', { hasNotification: false, userAgent: 'Mozilla/5.0 (Windows NT 10.0)' }],
  ])('can be told of orders: %s with %j', (support, given) => {
    expect(pushSupport({ ...capable, ...given })).toBe(support);
  });
});

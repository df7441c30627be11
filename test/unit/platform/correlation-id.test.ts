import { correlationId } from '../../../platform/correlation-id';

describe('correlationId', () => {
  test.each(['a', 'req_1', '0HMB:00000001', 'a.b-c_d', 'x'.repeat(128)])('takes over %p', (id) => {
    expect(correlationId(id)).toBe(id);
  });

  test.each([undefined, '', 'x'.repeat(129), 'a b', 'a\nb', 'a,b', 'ä', '"', 'a\n'])(
    'makes its own instead of %p',
    (id) => {
      expect(correlationId(id)).toMatch(/^req_[A-Za-z0-9_-]{22,}$/);
    },
  );

  test('never makes the same twice, and takes over what it made', () => {
    const made = new Set(Array.from({ length: 1_000 }, () => correlationId(undefined)));
    expect(made.size).toBe(1_000);
    for (const id of made) expect(correlationId(id)).toBe(id);
  });
});

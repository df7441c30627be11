import { readableLine } from '../../../deploy/local/services/readable-line';

describe('a log line for people', () => {
  it('shows time, message and fields', () => {
    const line = {
      level: 'info',
      time: '2026-11-24T02:45:50.123Z',
      service: 'order-api',
      pid: 1,
      httpPort: 8080,
      msg: 'serving',
    };
    expect(readableLine(JSON.stringify(line))).toBe('02:45:50 serving httpPort=8080');
  });

  it('shows the level of a warning or an error', () => {
    const line = { level: 'error', time: '2026-11-24T02:45:50.123Z', msg: 'failed', err: { name: 'Error', code: 'X' } };
    expect(readableLine(JSON.stringify(line))).toBe('02:45:50 ERROR failed err={"name":"Error","code":"X"}');
  });

  it('shows the event when there is no message', () => {
    expect(readableLine('{"level":"info","event":"orderCreated","orderId":"1"}')).toBe('orderCreated orderId=1');
  });

  it.each(['plain text', '{"broken', '[1]', ''])('leaves %j as it is', (line) => {
    expect(readableLine(line)).toBe(line);
  });
});

import type { Logger as TemporalLogger, LogLevel } from '@temporalio/common';
import type { Logger } from './logger';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * The Temporal SDK's log in ours. Its messages are the SDK's own words and are kept, but for what follows a colon:
 * that may be an error's message, which may hold a customer's data. Attributes go through the allow-list.
 */
export function temporalLogger(logger: Logger): TemporalLogger {
  const child = logger.child({ event: 'temporalSdk' });
  function log(level: LogLevel, message: string, meta?: Record<string, unknown>): void {
    child[LEVELS[level]](meta ?? {}, message.split(/[:\n]/, 1)[0]?.slice(0, 200));
  }
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    // The SDK's start-up and shutdown chatter is of no use to who operates the service.
    info: (message, meta) => log('DEBUG', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

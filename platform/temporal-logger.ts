import type { LogLevel, LogMetadata, Logger as TemporalLogger } from '@temporalio/common';
import type { Logger } from './logger';

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  // What the SDK says of its start and end is of no use to who operates the service.
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<LogLevel, string>;

const MAX_MESSAGE_LENGTH = 200;

/**
 * Lets Temporal's SDK log through ours: for `Runtime.install` and the bundler. Its messages are the SDK's own words and
 * are kept, but for what follows a colon or a line's end: that may be an error's message, and an error's message may hold
 * a customer's data. What comes beside them passes the allow-list, as everything does.
 *
 * `isExpected` names what the SDK warns of and the service means to happen; that is for debugging only.
 */
export function temporalLogger(
  logger: Logger,
  isExpected: (message: string, meta: LogMetadata) => boolean = () => false,
): TemporalLogger {
  const child = logger.child({ event: 'temporalSdk' });
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const words = message.split(/[:\n]/, 1)[0] ?? '';
    child[isExpected(message, meta) ? 'debug' : LEVELS[level]](meta, words.slice(0, MAX_MESSAGE_LENGTH));
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

import { parseArgs } from 'node:util';
import { StackError } from '../stack-error';

export interface CommandLine {
  /** Forget all data before starting. */
  readonly reset: boolean;
  /** Show the services' log lines as they are written. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = 'Usage: npm start -- [--reset] [--json] [--help]';

export const HELP = `${USAGE}

Starts Postgres, Temporal with its web UI, a local model of Google Sheets, the order worker, the sync worker and the order
API on this machine, and stops them on Ctrl-C.

  --reset   forget all data in the data folder, then start
  --json    show the services' log lines as JSON, as they write them
  --help    this text

Environment:
  HTTP_PORT (8080), GRPC_PORT (50051), TEMPORAL_PORT (7233), TEMPORAL_UI_PORT (8233), POSTGRES_PORT (5433),
  WORKER_HEALTH_PORT (8090), SYNC_HEALTH_PORT (8091), SHEETS_PORT (8092)    0 picks a free port
  ORDER_BOOKING_DATA_DIR (.data)            where data, keys and logs are kept
  DATABASE_URL                              a Postgres of your own, as its owner, instead of the embedded one
  TEMPORAL_ADDRESS                          a Temporal of your own, host:port
  TEMPORAL_CLI                              the temporal binary to start
  GOOGLE_SHEETS_CREDENTIALS                 a Google service account's JSON: real sheets instead of the local model
  LOG_LEVEL (info)                          of the services`;

/** @throws StackError with the usage for anything it does not know. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { reset: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return { reset: values.reset ?? false, json: values.json ?? false, help: values.help ?? false };
  } catch (error) {
    // Node adds advice about positional arguments after the first sentence.
    throw new StackError(`${(error as Error).message.split('. ')[0]}. ${USAGE}`);
  }
}

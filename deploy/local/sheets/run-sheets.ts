import { existsSync } from 'node:fs';
import { createLogger } from '../../../platform/logger';
import { runUntilShutdown } from '../../../platform/shutdown';
import { writePrivateFile } from '../stack/write-private-file';
import type { Config } from './config';
import { startSheetsServer } from './start-sheets-server';

/** Only the state is left to be written when it stops, which takes milliseconds. */
const GRACE_SECONDS = 5;

/** Runs the model until SIGTERM or SIGINT. The key file and the spreadsheets are there before it says that it is ready. */
export async function runSheets(config: Config): Promise<void> {
  const logger = createLogger({ service: 'sheets', level: config.LOG_LEVEL });
  const starting = startSheetsServer({
    host: config.BIND_ADDRESS,
    port: config.SHEETS_PORT,
    dataFile: config.SHEETS_DATA_FILE,
    // Whoever waits for it to be ready reads the key file next.
    prepare: async ({ serviceAccount, serviceAccountJson, createSpreadsheet }) => {
      const { client_email } = await serviceAccount();
      const file = config.SHEETS_CREDENTIALS_FILE;
      if (file !== undefined && !existsSync(file)) writePrivateFile(file, await serviceAccountJson());
      for (const { id, title, share_with = [client_email] } of config.SHEETS_SEED) {
        await createSpreadsheet({ id, title, shareWith: share_with });
      }
    },
    onDefect: (err) =>
      logger.error({ event: 'sheetsDefect', err }, 'a request failed because of a defect of the model'),
  });
  // From here on a signal drains: whoever hears that this is ready may send one in that very moment.
  const ended = runUntilShutdown({
    logger,
    graceSeconds: GRACE_SECONDS,
    steps: [{ name: 'sheets', run: async () => (await starting).close() }],
  });
  const server = await starting;
  logger.info({ event: 'ready', httpPort: server.port }, 'the local model of Google Sheets is serving');
  await ended;
}

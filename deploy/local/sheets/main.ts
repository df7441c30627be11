import { loadConfig } from './config';
import { runSheets } from './run-sheets';

/** The local model of Google Sheets, until SIGTERM. */
async function main(): Promise<void> {
  await runSheets(loadConfig(process.env));
}

main().catch((error: unknown) => {
  // Ours name a variable or a file, the system's the port it could not bind.
  console.error(error instanceof Error ? error.message : 'the sheets model could not start');
  process.exit(1);
});

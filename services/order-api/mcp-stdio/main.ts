import { loadStdioConfig } from './config';
import { runStdio } from './run-stdio';

/** The MCP server that a client starts as its own child and talks to over stdin and stdout. */
async function main(): Promise<void> {
  await runStdio(loadStdioConfig(process.env));
}

main().catch((error: unknown) => {
  // Standard output belongs to the protocol.
  console.error(error instanceof Error ? error.message : 'the MCP server could not start');
  process.exit(1);
});

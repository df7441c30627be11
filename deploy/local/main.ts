import { ConfigError } from '../../platform/config';
import { HELP, readCommandLine } from './stack/command-line';
import { runStack } from './stack/run-stack';
import { StackError } from './stack-error';

/** `npm start`: the local stack, until Ctrl-C. */
async function main(): Promise<number> {
  const options = readCommandLine(process.argv.slice(2));
  if (!options.help) return runStack(options, (line) => console.log(line));
  console.log(HELP);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    // These say all there is to say; anything else is a defect of ours and shows where it is.
    console.error(error instanceof StackError || error instanceof ConfigError ? error.message : error);
    process.exit(1);
  },
);

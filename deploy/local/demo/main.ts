import { runDemo } from './run-demo';

void runDemo({ keep: process.argv.includes('--keep') }).then((code) => {
  // Not by itself: an interrupted demo leaves calls in flight that nobody waits for any more.
  process.exit(code);
});

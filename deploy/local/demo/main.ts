import { runDemo } from './run-demo';

const [option, ...more] = process.argv.slice(2);
const keep = option === '--keep';

if (more.length > 0 || (option !== undefined && !keep)) {
  console.error('Usage: npm run demo [-- --keep]');
  process.exit(2);
}

void runDemo({ keep }).then((code) => {
  // Not by itself: an interrupted demo leaves calls in flight that nobody waits for any more.
  process.exit(code);
});

import { runOnStack } from '../run-on-stack';
import { tellAgentDemo } from './tell-agent-demo';

const [option, ...more] = process.argv.slice(2);
const keep = option === '--keep';

if (more.length > 0 || (option !== undefined && !keep)) {
  console.error('Usage: npm run demo:agent [-- --keep]');
  process.exit(2);
}

void runOnStack({ keep }, tellAgentDemo).then((code) => {
  // Not by itself: an interrupted demo leaves calls in flight that nobody waits for any more.
  process.exit(code);
});

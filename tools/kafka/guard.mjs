import { rmSync } from 'node:fs';
import { livingNodes, signalNode } from './processes.mjs';

// Ends the brokers of a throw-away cluster when whoever started it is gone, however it ended: then, and only then, our stdin is closed.
// node guard.mjs FOLDER end|remove

const [folder = '', then] = process.argv.slice(2);
process.stdin.resume();
process.stdin.once('close', () => {
  for (const id of livingNodes(folder)) signalNode(folder, id, 'SIGKILL');
  if (then === 'remove') rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
